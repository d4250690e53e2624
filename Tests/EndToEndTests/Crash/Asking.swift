import Foundation
import TestSupport

/// One person's requests: noted, sent, and sent again with the same key until there is an answer.
struct Asking {
    private let world: CrashWorld
    private let place: Int
    private let client: HTTPClient
    /// For the same request twice at once.
    private let twin: HTTPClient

    /// Longer than any fault keeps an answer away.
    private static let patience = Duration.seconds(120)
    private static let noMember = 403
    private static let noToken = 401
    private static let noRoom = 503

    init(_ world: CrashWorld, place: Int) {
        self.world = world
        self.place = place
        self.client = HTTPClient(world.server)
        self.twin = HTTPClient(world.server)
    }

    /// Asks until it is decided: over two connections at once where `isTwice`; as a repeat of what
    /// was answered before where `isAgain`.
    func ask(
        _ invocation: Invocation,
        twice isTwice: Bool = false,
        again isAgain: Bool = false
    ) throws -> Answer {
        if !isAgain { self.world.log.add(.invoked(invocation)) }
        var isFirst = true
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            self.world.gate.waitUntilOpen()
            let answers = self.attempt(invocation, twice: isTwice && isFirst)
                .map { self.settled($0, of: invocation, isFirst: isFirst, isAgain: isAgain) }
            isFirst = false
            for answer in answers { self.world.log.add(.answered(answer)) }
            let last =
                answers.first { $0.outcome == .done }
                ?? answers.first { $0.outcome == .refused || $0.status == Self.noMember }
            guard let last else {
                self.world.gate.pause()
                continue
            }
            self.world.gate.answered()
            return last
        }
        throw WaitError.timedOut(waitingFor: "an answer to \(invocation)")
    }

    // MARK: One attempt

    /// - Returns: an answer for each copy of the request; nil for one that was cut off.
    private func attempt(_ invocation: Invocation, twice isTwice: Bool) -> [HTTPAnswer?] {
        let (method, path, body) = invocation.action.request
        let headers = [
            ("Authorization", "Bearer \(self.world.token(of: self.place))"),
            ("Idempotency-Key", "key-\(invocation.number)"),
        ]
        let clients = isTwice ? [self.client, self.twin] : [self.client]
        let written = clients.map { client in
            Result { try client.write(method, "/api/v1\(path)", body, headers: headers) }
        }
        return zip(clients, written).map { client, written in
            let answer = try? written.flatMap { Result { try client.readAnswer() } }.get()
            if answer == nil { client.close() }
            return answer
        }
    }

    private func settled(
        _ http: HTTPAnswer?,
        of invocation: Invocation,
        isFirst: Bool,
        isAgain: Bool
    ) -> Answer {
        let number = invocation.number
        guard let http else { return Answer(to: number, .unknown) }
        switch http.status {
        case 200..<300:
            var answer = Answer(to: number, .done, status: http.status, isRepeat: isAgain)
            do {
                try invocation.action.read(http.body, into: &answer)
            } catch {
                self.world.surprised(by: "\(invocation): \(http)")
            }
            return answer
        case 400, 403:
            if case .register(let mail) = invocation.action, !isFirst {
                return self.registeredBefore(mail, number)
            }
            // Who has been removed since is not even shown what an earlier attempt did.
            let isSure = isFirst || http.status != Self.noMember
            return Answer(
                to: number,
                isSure ? .refused : .unknown,
                status: http.status,
                isRepeat: isAgain
            )
        case Self.noRoom where self.world.tolerance.contains(.noRoom):
            self.world.sentAway()
            return Answer(to: number, .unknown, status: http.status, isRepeat: isAgain)
        case Self.noToken where self.world.tolerance.contains(.expiredTokens):
            self.world.signIn(self.place)
            return Answer(to: number, .unknown, status: http.status, isRepeat: isAgain)
        default:
            self.world.surprised(by: "\(invocation): \(http)")
            let outcome: Answer.Outcome = http.status >= 500 ? .unknown : .refused
            return Answer(to: number, outcome, status: http.status, isRepeat: isAgain)
        }
    }

    /// The mail is taken since an attempt that was cut off: that one succeeded, and the password
    /// opens the account.
    private func registeredBefore(_ mail: String, _ number: Int) -> Answer {
        let body: JSON = ["email": .string(mail), "password": .string(Invocation.Action.password)]
        guard let login = try? self.client.send("POST", "/api/v1/auth/login", body),
            let token = login.json["access_token"].string,
            let me = try? self.client.send(
                "GET",
                "/api/v1/users/me",
                headers: [("Authorization", "Bearer \(token)")]
            ),
            let id = me.json["id"].int
        else {
            self.client.close()
            return Answer(to: number, .unknown)
        }
        var answer = Answer(to: number, .done, status: 200)
        answer.id = Int(id)
        return answer
    }
}
