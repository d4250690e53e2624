import NIOCore
import Shards

/// Commands over the socket.
extension Socket {
    /// Takes a message, which is run when it is its turn: after hello and what was missed have been
    /// sent, and while there is room.
    func take(_ message: [UInt8]) {
        self.commands.append(message)
        self.runCommands()
    }

    /// Hands in a command's reply. It waits where the client does not keep up with the events.
    func answer(_ reply: Response) {
        guard self.isOpen else { return }
        self.commands.add(reply)
        self.runCommands()
    }

    func becameDurable() {
        self.commands.waitsForDurable = false
        self.runCommands()
    }

    /// Sends the replies that are ready and runs what has room.
    ///
    /// Both may call back, as a command does that is answered at once; what that brings is taken up
    /// in the same loop.
    func runCommands() {
        guard !self.commands.isRunning else { return }
        self.commands.isRunning = true
        while self.isLive {
            self.sendReplies()
            guard let message = self.commands.nextMessage() else { break }
            self.run(message)
        }
        self.commands.isRunning = false
        if !self.commands.waitsForDurable, self.commands.isWaiting(for: self.loop.durable) {
            self.commands.waitsForDurable = true
            self.loop.waitForDurable(self)
        }
        self.readOrPause()
    }

    private func run(_ message: [UInt8]) {
        do throws(CommandEnvelope.Refusal) {
            let envelope = try CommandEnvelope(message)
            guard envelope.command.hasOwnLimit || self.mayRun(envelope.id) else { return }
            let call = Call(envelope.input, server: self.server, reply: envelope.id, to: self)
            self.server.perform(envelope.command.route.action, call)
        } catch {
            guard self.mayRun(error.id) else { return }
            self.answer(Call.invalid(error.failure, .reply(ReplyHead(id: error.id))))
        }
    }

    /// Whether the socket is within its limit; else the client is told, or has been often enough.
    private func mayRun(_ id: CommandID) -> Bool {
        switch self.commands.takeFromLimit(at: self.loop.instant) {
        case nil:
            return true
        case .retryAfter(let seconds):
            let head = ResponseHead.reply(ReplyHead(id: id))
            self.answer(Call.refusal(.limited(retryAfter: seconds), head))
        case .tooOften:
            self.end(.abuse)
        }
        return false
    }

    /// Nobody waits any more for what has been asked; what is in flight has its effect.
    func dropCommands() {
        self.commands.dropAll()
        self.readOrPause()
    }

    // MARK: Replies

    private func sendReplies() {
        var hasReplied = false
        while let reply = self.commands.nextReply(through: self.loop.durable) {
            let promise = reply.isLast ? self.promiseOfSending() : nil
            _ = self.write(reply.bytes, promise: promise)
            hasReplied = true
        }
        // Also where a flush is due already, among many others: the commit's event came before.
        if hasReplied { self.loop.flushSoon(self) }
    }

    private func promiseOfSending() -> EventLoopPromise<Void>? {
        guard let context = self.context else { return nil }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.commands.sent()
            self.runCommands()
        }
        return promise
    }

    /// A client that asks for more than it takes is not listened to meanwhile.
    private func readOrPause() {
        let shouldRead = self.commands.wantsMore
        guard shouldRead != self.commands.isReading, let channel = self.context?.channel else {
            return
        }
        self.commands.isReading = shouldRead
        channel.setOption(.autoRead, value: shouldRead)
            .whenFailure { _ in channel.close(promise: nil) }
    }
}
