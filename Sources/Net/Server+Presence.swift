import NIOCore
import Shards

/// Presence and typing: what nobody needs to remember, so no event stands behind it.
extension Server {
    // MARK: Presence

    /// The inputs below may come from any loop; they are taken in, in order, on the home loop.
    func socketOpened(_ user: UserID) {
        self.changePresence { presence, time, _ in
            presence.socketOpened(user, at: time)
        }
    }

    func socketClosed(_ user: UserID) {
        self.changePresence { presence, time, now in
            presence.socketClosed(user, wasIdle: false, at: time, now: now)
        }
    }

    func heartbeatReceived(_ user: UserID) {
        self.changePresence { presence, time, now in
            presence.heartbeatReceived(user, at: time, now: now)
        }
    }

    /// Called on the home loop.
    func expirePresence() {
        var changes: [PresenceChange] = []
        self.presence.assumeIsolated { presence in
            // The rest of a large batch comes with the next tick.
            _ = presence.timePassed(at: Clocks.now, now: Clocks.monotonic, into: &changes)
        }
        self.announce(changes)
    }

    private func changePresence(
        _ change:
            @escaping @Sendable (isolated Presence, Timestamp, MonotonicInstant)
            -> PresenceChange?
    ) {
        self.home.eventLoop.execute {
            let change = self.presence.assumeIsolated { change($0, Clocks.now, Clocks.monotonic) }
            if let change { self.announce([change]) }
        }
    }

    /// Tells those who share a chat; journals when somebody was last seen. On the home loop.
    private func announce(_ changes: [PresenceChange]) {
        for change in changes {
            let chats = self.directory.assumeIsolated { directory in
                if change.status == .offline, let lastSeen = change.lastSeen {
                    directory.wentOffline(change.user, lastSeen: lastSeen)
                }
                return directory.state.chats(of: change.user)
            }
            guard !chats.isEmpty else { continue }
            self.deliver(Frame.presence(change), to: chats, except: change.user)
        }
    }

    // MARK: Typing

    func startTyping(_ user: UserID, in chat: ChatID, on shard: isolated ChatShard) {
        var stopped: [TypingBoard.Typist] = []
        let isNew = shard.typing.set(chat, user, now: Clocks.monotonic, into: &stopped)
        for typist in stopped { self.announce(typist.user, in: typist.chat, isTyping: false) }
        if isNew { self.announce(user, in: chat, isTyping: true) }
    }

    func stopTyping(_ user: UserID, in chat: ChatID, on shard: isolated ChatShard) {
        guard shard.typing.clear(chat, user) else { return }
        self.announce(user, in: chat, isTyping: false)
    }

    /// Called on the shard's loop.
    func expireTyping(on loop: Loop) {
        let stopped = loop.shard.assumeIsolated { shard in
            var stopped: [TypingBoard.Typist] = []
            shard.typing.expire(now: Clocks.monotonic, into: &stopped)
            return stopped
        }
        for typist in stopped { self.announce(typist.user, in: typist.chat, isTyping: false) }
    }

    private func announce(_ user: UserID, in chat: ChatID, isTyping: Bool) {
        self.deliver(Frame.typing(user, in: chat, isTyping: isTyping), to: [chat], except: user)
    }

    private func deliver(_ frame: [UInt8], to chats: [ChatID], except user: UserID) {
        for loop in self.loops {
            loop.eventLoop.execute { loop.deliver(frame, to: chats, except: user) }
        }
    }
}
