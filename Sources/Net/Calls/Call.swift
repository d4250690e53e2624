import NIOCore
import NIOHTTP1
import Shards

/// One request, or one command of a socket, on its way to its answer.
///
/// It may be carried to another loop; the answer finds back to whoever asked.
package final class Call: Sendable {
    /// Who asked.
    enum Asker: Sendable {
        case turn(UInt64, of: HTTPConnection)
        case socket(Socket)
    }

    let server: Server
    let loop: Loop
    let input: Input
    let head: ResponseHead
    /// Whose request it is, on routes that need a token.
    let token: AccessToken?
    /// The peer's address, without the port.
    let address: String
    let asker: Asker

    init(
        _ input: Input,
        server: Server,
        head: HTTPHead,
        token: AccessToken?,
        connection: HTTPConnection,
        turn: UInt64
    ) {
        self.server = server
        self.loop = connection.loop
        self.input = input
        self.head = .http(head)
        self.token = token
        self.address = connection.address
        self.asker = .turn(turn, of: connection)
    }

    init(_ input: Input, server: Server, reply id: CommandID, to socket: Socket) {
        self.server = server
        self.loop = socket.loop
        self.input = input
        self.head = .reply(ReplyHead(id: id))
        self.token = socket.token
        self.address = socket.address
        self.asker = .socket(socket)
    }

    var user: UserID {
        guard let token else { preconditionFailure("the route must need a token") }
        return token.user
    }

    /// Hands in the answer. Callable on the asker's loop only, once.
    func answer(_ response: Response) {
        switch self.asker {
        case .turn(let turn, of: let connection): connection.answer(response, turn: turn)
        case .socket(let socket): socket.answer(response)
        }
    }

    /// Runs `work` in the chat's shard, on its loop, and answers with what it makes.
    ///
    /// On the loop that the request came in on that is a call; else two hops, which are what there
    /// is of overhead.
    func onShard(
        of chat: ChatID,
        _ work: @escaping @Sendable (isolated ChatShard) -> Response
    ) {
        self.onShard(of: chat.slot, work)
    }

    func onShard(
        of slot: Slot,
        _ work: @escaping @Sendable (isolated ChatShard) -> Response
    ) {
        let owner = self.server.loop(of: slot)
        if owner === self.loop {
            self.answer(owner.shard.assumeIsolated(work))
        } else {
            owner.eventLoop.execute {
                let response = owner.shard.assumeIsolated(work)
                self.loop.eventLoop.execute { self.answer(response) }
            }
        }
    }

    /// What the work in a shard comes to.
    enum Outcome {
        case answer(Response)
        /// The same work again, with the store's answer.
        case ask(StoreQuestion)
    }

    /// How often one request may ask the store: each time something else has moved the messages.
    private static let questionsMax = 8

    /// Like `onShard`, for work that may need messages of the store.
    func onShard(
        of slot: Slot,
        _ work: @escaping @Sendable (isolated ChatShard, StoreAnswer?) -> Outcome
    ) {
        let owner = self.server.loop(of: slot)
        if owner === self.loop {
            let outcome = owner.shard.assumeIsolated { work($0, nil) }
            self.finish(outcome, on: owner, work)
        } else {
            owner.eventLoop.execute {
                let outcome = owner.shard.assumeIsolated { work($0, nil) }
                self.loop.eventLoop.execute { self.finish(outcome, on: owner, work) }
            }
        }
    }

    private func finish(
        _ outcome: Outcome,
        on owner: Loop,
        _ work: @escaping @Sendable (isolated ChatShard, StoreAnswer?) -> Outcome
    ) {
        switch outcome {
        case .answer(let response):
            self.answer(response)
        case .ask(let question):
            self.suspend { call throws(Failure) in
                try await call.ask(question, on: owner.shard, work)
            }
        }
    }

    private func ask(
        _ question: StoreQuestion,
        on shard: ChatShard,
        _ work: @Sendable (isolated ChatShard, StoreAnswer?) -> Outcome
    ) async throws(Failure) -> Response {
        var question = question
        for _ in 0..<Self.questionsMax {
            let answer = try await self.server.answer(question, for: shard)
            switch await Self.enter(shard, answer, work) {
            case .answer(let response): return response
            case .ask(let next): question = next
            }
        }
        await shard.drop(question)
        throw .busy
    }

    private static func enter(
        _ shard: isolated ChatShard,
        _ answer: StoreAnswer,
        _ work: @Sendable (isolated ChatShard, StoreAnswer?) -> Outcome
    ) -> Outcome {
        work(shard, answer)
    }

    /// Starts what may suspend; the answer comes when it is done.
    func suspend(_ work: @escaping @Sendable (Call) async throws(Failure) -> Response) {
        // Unstructured, because a request belongs to no scope but its connection, which drops the
        // answer where it has gone meanwhile.
        Task {
            let response: Response
            do throws(Failure) {
                response = try await work(self)
            } catch {
                response = self.refusal(error)
            }
            self.loop.eventLoop.execute { self.answer(response) }
        }
    }
}

// MARK: - Answers

extension Call {
    func json(_ status: Int = 200, _ body: [UInt8], after: Position = .zero) -> Response {
        Response(self.head, status: status, body: body, after: after)
    }

    func json(
        _ status: Int = 200,
        after: Position = .zero,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter(reserving: 256)
        write(&json)
        return self.json(status, json.bytes, after: after)
    }

    func noContent(after: Position = .zero, isReplay: Bool = false) -> Response {
        Response(
            self.head,
            status: 204,
            contentType: nil,
            headers: Self.replayHeaders(isReplay),
            after: after
        )
    }

    func refusal(_ failure: Failure) -> Response { Self.refusal(failure, self.head) }

    static func refusal(_ failure: Failure, _ head: ResponseHead) -> Response {
        switch failure {
        case .status(let status, let detail, let after):
            Response(head, status: status, detail: detail, after: after)
        case .invalid(let failure):
            Self.invalid(failure, head)
        case .limited(let seconds):
            Response(
                head,
                status: 429,
                detail: "Too many requests",
                headers: [.retryAfter(seconds)]
            )
        case .historyUnavailable:
            Response(
                head,
                status: 503,
                detail: "Older messages cannot be read now, try again",
                headers: [.retryAfter(1)]
            )
        case .busy:
            Response(
                head,
                status: 503,
                detail: "The server is busy, try again",
                headers: [.retryAfter(1)]
            )
        }
    }

    static func invalid(_ failure: ValidationFailure, _ head: ResponseHead) -> Response {
        var body: [UInt8] = []
        failure.write(to: &body)
        return Response(head, status: 422, body: body)
    }

    static func replayHeaders(_ isReplay: Bool) -> [ResponseHeader] {
        isReplay ? [.replayed] : []
    }
}
