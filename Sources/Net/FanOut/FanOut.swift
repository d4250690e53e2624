import NIOCore
import Shards

/// Which of one loop's sockets follow which chat, and the way of an event's frames to them.
///
/// A frame is put together once a loop and written to each socket without another copy. What is
/// written stays in the channels until `flush`, so a batch of events is one write a socket.
///
/// A class, because sending may end a socket, which then takes itself out while its chat is walked.
final class FanOut {
    private var socketsOfChat: [ChatID: [Socket]] = [:]
    private var socketsOfUser: [UserID: [Socket]] = [:]
    /// Sockets that were written to since the last flush.
    private var unflushed: [Socket] = []
    private var flushing: [Socket] = []

    // MARK: Sockets

    func sockets(of user: UserID) -> [Socket] { self.socketsOfUser[user] ?? [] }

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

    /// Hands the frames of a durable event to those who may see it, and changes who may see what
    /// comes after.
    func deliver(_ notice: Notice, at position: Position) {
        if case .revoke(let user, let session) = notice.subscription {
            for socket in self.sockets(of: user) where socket.session == session {
                socket.end(.sessionRevoked)
            }
        }
        guard let chat = notice.chat else { return }
        switch notice.subscription {
        case .create(let users, isGroup: _):
            for user in users { self.join(user, to: chat, at: position) }
        case .join(let user):
            self.join(user, to: chat, at: position)
        case .none, .leave, .close, .revoke:
            break
        }
        self.send(notice, to: chat, at: position)
        switch notice.subscription {
        case .leave(let user):
            self.leave(user, from: chat, at: position)
        case .close(let users, isGroup: _):
            for user in users { self.leave(user, from: chat, at: position) }
        case .none, .create, .join, .revoke:
            break
        }
    }

    private func join(_ user: UserID, to chat: ChatID, at position: Position) {
        for socket in self.sockets(of: user) {
            let change = Socket.Change(chat: chat, position: position, isJoin: true)
            if !socket.noted(change) { self.subscribe(socket, to: chat) }
        }
    }

    private func leave(_ user: UserID, from chat: ChatID, at position: Position) {
        for socket in self.sockets(of: user) {
            let change = Socket.Change(chat: chat, position: position, isJoin: false)
            guard !socket.noted(change) else { continue }
            socket.chats.remove(chat)
            self.drop(socket, from: chat)
        }
    }

    private func send(_ notice: Notice, to chat: ChatID, at position: Position) {
        guard !notice.frames.isEmpty, let sockets = self.socketsOfChat[chat] else { return }
        let frames = TextFrame.joined(notice.frames, seq: position, previous: notice.previous)
        for socket in sockets where socket.startsAfter < position { self.send(frames, to: socket) }
    }

    /// Hands a frame that no event stands behind to those in any of `chats`, once each.
    func deliver(_ frame: [UInt8], to chats: [ChatID], except user: UserID) {
        var finished: ByteBuffer?
        var seen: Set<ObjectIdentifier> = []
        for chat in chats {
            for socket in self.socketsOfChat[chat] ?? [] where socket.user != user {
                guard chats.count == 1 || seen.insert(ObjectIdentifier(socket)).inserted else {
                    continue
                }
                let bytes = finished ?? TextFrame.single(frame)
                finished = bytes
                self.send(bytes, to: socket)
            }
        }
    }

    private func send(_ bytes: ByteBuffer, to socket: Socket) {
        guard socket.write(bytes) else { return }
        self.unflushed.append(socket)
    }

    /// Has a socket flushed with the others.
    func flushLater(_ socket: Socket) { self.unflushed.append(socket) }

    func flush() {
        // What has left may make room for more, which is then flushed later.
        swap(&self.unflushed, &self.flushing)
        for socket in self.flushing { socket.flush() }
        self.flushing.removeAll(keepingCapacity: true)
    }

    // MARK: Time and end

    func timePassed(_ now: MonotonicInstant) {
        for sockets in self.socketsOfUser.values {
            for socket in sockets { socket.timePassed(now) }
        }
    }

    func closeAll(code: SocketEnd) {
        for sockets in self.socketsOfUser.values {
            for socket in sockets { socket.end(code) }
        }
    }
}
