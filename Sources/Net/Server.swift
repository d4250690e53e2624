import NIOCore
import NIOHTTP1
package import Shards

/// The parts of the server that all loops share, and the way of a request to its endpoint.
package final class Server: Sendable {
    package struct Settings: Sendable {
        package var cors = CORSPolicy(origins: ["local"])
        package var limits = Limits()
        package var accessLifetime = Duration.seconds(15 * 60)
        package var refreshLifetime = Duration.seconds(7 * 24 * 3600)
        /// What is served to browsers beside the interface.
        package var web: WebClient?
        package var epoch: Epoch

        package init(epoch: Epoch) {
            self.epoch = epoch
        }
    }

    let settings: Settings
    package let loops: [Loop]
    package let directory: Directory
    let presence: Presence
    /// Messages that are no longer in memory.
    private let history: any HistoryReading
    package let legacy: LegacyMessages
    let signer: TokenSigner
    let hasher: PasswordHasher
    let readiness: Readiness
    let limiters: Limiters
    let census: SocketCensus
    private let router = Router(API.routes)
    /// What lies outside `/api/v1`.
    private let documents = Router(API.documents)

    /// The loops are one a shard, in the order of the shards; directory and presence run on the
    /// first.
    package init(
        settings: Settings,
        loops: [Loop],
        directory: Directory,
        presence: Presence,
        history: any HistoryReading,
        legacy: LegacyMessages,
        signer: TokenSigner,
        hasher: PasswordHasher,
        readiness: Readiness
    ) {
        self.settings = settings
        self.loops = loops
        self.directory = directory
        self.presence = presence
        self.history = history
        self.legacy = legacy
        self.signer = signer
        self.hasher = hasher
        self.readiness = readiness
        self.limiters = Limiters(settings.limits)
        self.census = SocketCensus(settings.limits)
    }

    /// Where directory and presence run.
    var home: Loop { self.loops[0] }

    func loop(of slot: Slot) -> Loop { self.loops[slot.shard(of: self.loops.count)] }

    /// The slot that knows whose message it is.
    func slot(of message: MessageID) -> Slot {
        guard self.legacy.contains(message) else { return message.slot }
        return self.legacy.chat(of: message)?.slot ?? message.slot
    }

    /// Whose message it is, on the shard of its slot.
    func owner(
        of message: MessageID,
        on shard: isolated ChatShard,
        answer: StoreAnswer?
    ) -> SlotState.Owner {
        if self.legacy.contains(message) {
            return self.legacy.chat(of: message).map { .chat($0) } ?? .nobody
        }
        let owner = shard.owner(of: message)
        return owner == .stored ? answer?.owner(of: message) ?? .stored : owner
    }

    /// Asks the store.
    func answer(
        _ question: StoreQuestion,
        for shard: ChatShard
    ) async throws(Failure) -> StoreAnswer {
        do throws(HistoryUnavailable) {
            return StoreAnswer(try await self.history.messages(question.queries), to: question)
        } catch {
            await shard.drop(question)
            throw .historyUnavailable
        }
    }

    /// Tells every shard what the store has.
    package func confirmed(through position: Position, refused: [MessageID]) {
        for loop in self.loops {
            loop.eventLoop.execute {
                loop.shard.assumeIsolated { shard in
                    shard.confirm(through: position, refused: refused)
                }
            }
        }
    }

    /// Hands durable events to every loop, to the home loop last. Called once a batch, in order, on
    /// one thread.
    package func becameDurable(_ batch: DurableBatch) {
        for loop in self.loops.reversed() {
            // The index first, so that whoever waits for it goes on with it complete.
            let isHome = loop === self.home
            loop.received(batch) { batch in
                if isHome { self.directory.assumeIsolated { $0.index(batch) } }
            }
        }
    }

    /// Suspends until every loop has walked the event at `position`.
    func walkedEverywhere(_ position: Position) async {
        // When the home loop has the batch, the others have it in their queues, before what is
        // queued now.
        await self.directory.indexed(through: position)
        for loop in self.loops { try? await loop.eventLoop.submit {}.get() }
    }

    // MARK: Requests

    func serve(
        _ head: HTTPRequestHead,
        _ fields: RequestFields,
        body: [UInt8],
        on connection: HTTPConnection,
        turn: UInt64,
        closes: Bool
    ) {
        let responseHead = HTTPHead(
            allowedOrigin: fields.origin.flatMap { self.settings.cors.allows($0) ? $0 : nil },
            closesConnection: closes,
            omitsBody: head.method == .HEAD,
            date: connection.loop.dateHeader
        )
        do throws(RequestTarget.Failure) {
            let target = try RequestTarget(head.uri)
            let request = Request(method: head.method, target: target, fields: fields, body: body)
            self.route(request, responseHead, on: connection, turn: turn)
        } catch {
            let response =
                switch error {
                case .tooLong: Response(.http(responseHead), status: 414, detail: "URI too long")
                case .malformed:
                    Response(.http(responseHead), status: 400, detail: "Malformed path")
                }
            connection.answer(response, turn: turn)
        }
    }

    private func route(
        _ request: Request,
        _ head: HTTPHead,
        on connection: HTTPConnection,
        turn: UInt64
    ) {
        if request.method == .OPTIONS, request.fields.requestedMethod != nil {
            return connection.answer(CORSPolicy.preflight(head), turn: turn)
        }
        let isInAPI = request.target.isInAPI
        // A client's own page in place of ours; nothing else of the server's gives way to a file.
        if request.target.segments.first == "docs",
            let file = self.settings.web?.response(to: request, head)
        {
            return connection.answer(file, turn: turn)
        }
        let router = isInAPI ? self.router : self.documents
        switch router.match(request.method, request.target.segments) {
        case .found(let match):
            self.call(match, request, head, on: connection, turn: turn)
        case .wrongMethod(let allowed):
            let allow = [ResponseHeader.field("Allow", allowed.joined(separator: ", "))]
            let isOptions = request.method == .OPTIONS
            let response =
                isOptions
                ? Response(.http(head), status: 204, headers: allow)
                : Response(.http(head), status: 405, detail: "Method Not Allowed", headers: allow)
            connection.answer(response, turn: turn)
        case .notFound:
            let file = isInAPI ? nil : self.settings.web?.response(to: request, head)
            let response = file ?? Response(.http(head), status: 404, detail: "Not Found")
            connection.answer(response, turn: turn)
        }
    }

    private func call(
        _ match: Router.Match,
        _ request: Request,
        _ head: HTTPHead,
        on connection: HTTPConnection,
        turn: UInt64
    ) {
        var token: AccessToken?
        if match.route.needsToken {
            guard let text = request.fields.bearerToken else {
                return connection.answer(Self.unauthorized(head, "Missing token"), turn: turn)
            }
            token = self.verify(text, on: connection.loop)
            guard token != nil else {
                return connection.answer(Self.unauthorized(head, "Invalid token"), turn: turn)
            }
        }
        guard request.body.isEmpty || request.fields.isJSON else {
            let detail = "The body must be application/json, not encoded"
            return connection.answer(
                Response(.http(head), status: 415, detail: detail),
                turn: turn
            )
        }
        let call = Call(
            Call.Input(request, parameters: match.parameters),
            server: self,
            head: head,
            token: token,
            connection: connection,
            turn: turn
        )
        self.perform(match.route.action, call)
    }

    func perform(_ action: Route.Action, _ call: Call) {
        switch action {
        case .immediate(let action):
            do {
                try action(call)
            } catch {
                call.answer(Call.invalid(error, call.head))
            }
        case .suspending(let action):
            call.suspend(action)
        case .document(let document):
            call.answer(document(call.head, self.readiness))
        }
    }

    /// The token's claims, where it is good and its session has not ended.
    func verify(_ text: String, on loop: Loop) -> AccessToken? {
        let token = try? loop.verifiedTokens.verify(text, now: Clocks.now.seconds)
        return token.flatMap { loop.hasEnded($0.session) ? nil : $0 }
    }

    private static func unauthorized(_ head: HTTPHead, _ detail: String) -> Response {
        Response(
            .http(head),
            status: 401,
            detail: detail,
            headers: [.field("WWW-Authenticate", "Bearer")]
        )
    }
}
