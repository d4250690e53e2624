import NIOCore
import Shards

/// Who is typing. It is told at once, and forgotten.
extension Server {
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

    /// Carries out a command that changes who is in a chat. Who has gone stops typing in the same
    /// step.
    func handle(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        request: IdempotencyMark.Request?,
        on shard: isolated ChatShard
    ) -> Shown<Result<ChatEffect, Refusal>> {
        let shown = shard.handle(command, in: chat, by: user, request: request, now: Clocks.now)
        guard case .success = shown.value else { return shown }
        for typist in shard.typing.typing(in: chat) where !shard.isMember(typist, of: chat) {
            self.stopTyping(typist, in: chat, on: shard)
        }
        return shown
    }

    /// Each loop looks up who is in the chat when it has the frame: one whose removal it has walked
    /// gets nothing any more, whatever was announced before.
    private func announce(_ user: UserID, in chat: ChatID, isTyping: Bool) {
        let frame = Frame.typing(user, in: chat, isTyping: isTyping)
        for loop in self.loops {
            loop.eventLoop.execute { loop.deliver(frame, to: chat, except: user) }
        }
    }
}
