import DequeModule
import NIOCore
import Shards

/// Which of one loop's sockets follow which chat, and the way of an event's frames to them.
///
/// Frames are put together once a loop and written to each socket without another copy. What is
/// written stays in the sockets until `flush`, so a batch of events is one write a socket.
///
/// A class, because sending may end a socket, which then takes itself out while its chat is walked.
final class FanOut {
    private var socketsOfChat: [ChatID: [Socket]] = [:]
    private var socketsOfUser: [UserID: [Socket]] = [:]
    /// Who waits for events without a socket.
    let waiters = EventWaiters()
    let presence = PresenceDelivery()
    /// Sockets that were written to since they were last flushed.
    private var unflushed: Deque<Socket> = []
    /// Those of them whose clients wait for a reply.
    private var urgent: Deque<Socket> = []

    // MARK: Sockets

    func sockets(of user: UserID) -> [Socket] { self.socketsOfUser[user] ?? [] }

    func sockets(in chat: ChatID) -> [Socket] { self.socketsOfChat[chat] ?? [] }

    /// From here on the socket takes note of its user's comings and goings.
    func add(_ socket: Socket) {
        self.socketsOfUser[socket.user, default: []].append(socket)
    }

    func subscribe(_ socket: Socket, to chat: ChatID) {
        guard socket.chats.insert(chat).inserted else { return }
        self.socketsOfChat[chat, default: []].append(socket)
    }

    func remove(_ socket: Socket) {
        for chat in socket.chats { self.drop(socket, from: chat) }
        socket.chats = []
        self.presence.unsubscribe(socket, from: socket.subscriptions)
        guard let index = self.socketsOfUser[socket.user]?.firstIndex(where: { $0 === socket })
        else { return }
        self.socketsOfUser[socket.user]?.remove(at: index)
        if self.socketsOfUser[socket.user]?.isEmpty == true {
            self.socketsOfUser[socket.user] = nil
        }
    }

    private func drop(_ socket: Socket, from chat: ChatID) {
        self.socketsOfChat[chat]?.removeAll { $0 === socket }
        if self.socketsOfChat[chat]?.isEmpty == true { self.socketsOfChat[chat] = nil }
    }

    // MARK: Frames

    /// Hands the frames of durable events to those who may see them, in order, and changes who may
    /// see what comes after. Events of one chat that follow each other leave as one.
    func deliver(_ batch: DurableBatch) {
        var start = 0
        for (index, notice) in batch.notices.enumerated() {
            if notice.changesSubscriptions {
                self.send(start..<index, of: batch)
                self.begin(notice, at: batch.position(at: index))
                self.send(index..<index + 1, of: batch)
                self.finish(notice, at: batch.position(at: index))
                start = index + 1
            } else if notice.chat != batch.notices[start].chat {
                self.send(start..<index, of: batch)
                start = index
            }
        }
        self.send(start..<batch.notices.count, of: batch)
    }

    /// What takes effect before the frames of the event go out.
    private func begin(_ notice: Notice, at position: Position) {
        switch (notice.subscription, notice.chat) {
        case (.revoke(let user, let session), _):
            self.waiters.wake(user)
            for socket in self.sockets(of: user) where socket.session == session {
                socket.end(.sessionRevoked)
            }
        case (.create(let users, isGroup: _), .some(let chat)):
            for user in users { self.join(user, to: chat, at: position) }
        case (.join(let user), .some(let chat)):
            self.join(user, to: chat, at: position)
        default:
            break
        }
    }

    /// What takes effect after them.
    private func finish(_ notice: Notice, at position: Position) {
        switch (notice.subscription, notice.chat) {
        case (.leave(let user), .some(let chat)):
            self.leave(user, from: chat, at: position)
        case (.close(let users, isGroup: _), .some(let chat)):
            for user in users { self.leave(user, from: chat, at: position) }
        default:
            break
        }
    }

    private func join(_ user: UserID, to chat: ChatID, at position: Position) {
        self.waiters.wake(user)
        for socket in self.sockets(of: user) {
            let change = Socket.Change(chat: chat, position: position, isJoin: true)
            if !socket.noted(change) { self.subscribe(socket, to: chat) }
        }
    }

    private func leave(_ user: UserID, from chat: ChatID, at position: Position) {
        self.waiters.wake(user)
        self.presence.left(user, chat)
        for socket in self.sockets(of: user) {
            let change = Socket.Change(chat: chat, position: position, isJoin: false)
            guard !socket.noted(change) else { continue }
            socket.chats.remove(chat)
            self.drop(socket, from: chat)
        }
    }

    /// Sends the frames of events of one chat; none where there is no chat.
    private func send(_ range: Range<Int>, of batch: DurableBatch) {
        guard let chat = range.isEmpty ? nil : batch.notices[range.lowerBound].chat else { return }
        self.waiters.wake(chat)
        guard let sockets = self.socketsOfChat[chat] else { return }
        let size = batch.notices[range].reduce(0) { $0 + TextFrame.byteCountMax(of: $1) }
        var frames = ByteBufferAllocator().buffer(capacity: size)
        for index in range {
            TextFrame.write(batch.notices[index], at: batch.position(at: index), to: &frames)
        }
        let first = batch.position(at: range.lowerBound)
        for socket in sockets
        where socket.deliver(frames, of: chat, first: first, count: range.count) {
            self.unflushed.append(socket)
        }
    }

    /// Hands a frame that no event stands behind to those in the chat.
    func deliver(_ frame: [UInt8], to chat: ChatID, except user: UserID) {
        guard let sockets = self.socketsOfChat[chat] else { return }
        let bytes = TextFrame.single(frame)
        for socket in sockets where socket.user != user { self.send(bytes, to: socket) }
    }

    func send(_ bytes: ByteBuffer, to socket: Socket) {
        guard socket.write(bytes) else { return }
        self.unflushed.append(socket)
    }

    /// Has a socket flushed before the others: its client waits for a reply.
    func flushNext(_ socket: Socket) { self.urgent.append(socket) }

    /// Flushes the sockets that have waited longest, each of which costs a system call; one that has
    /// been flushed meanwhile costs none and does not count.
    ///
    /// - Returns: whether others are left; call again soon, with other work in between.
    func flush(atMost count: Int) -> Bool {
        var left = count
        while left > 0 {
            guard let socket = self.urgent.popFirst() ?? self.unflushed.popFirst() else {
                return false
            }
            if socket.flush() { left -= 1 }
        }
        return !(self.urgent.isEmpty && self.unflushed.isEmpty)
    }

    // MARK: Time and end

    func timePassed(_ now: MonotonicInstant) {
        self.waiters.timePassed(now)
        for sockets in self.socketsOfUser.values {
            for socket in sockets { socket.timePassed(now) }
        }
    }

    func closeAll(code: SocketEnd) {
        self.waiters.wakeAll()
        for sockets in self.socketsOfUser.values {
            for socket in sockets { socket.end(code) }
        }
    }
}
