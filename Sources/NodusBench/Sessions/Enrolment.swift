/// Gets one person an account, or signs him in where he has one already.
final class Enrolment: Conversation {
    private enum Stage {
        case registering
        case signingIn
        case askingWhoHeIs
        case done
    }

    private struct Registered: Decodable {
        struct User: Decodable {
            let id: UInt64
        }

        let user: User
        let tokens: Sessions.Tokens
    }

    private let person: Int
    private let sessions: Sessions
    private let whenDone: () -> Void
    private var stage: Stage

    /// Someone who `isKnown` is only signed in.
    init(_ person: Int, in sessions: Sessions, isKnown: Bool, whenDone: @escaping () -> Void) {
        self.person = person
        self.sessions = sessions
        self.stage = isKnown ? .signingIn : .registering
        self.whenDone = whenDone
    }

    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) -> Turn {
        if case .registering = self.stage {
            self.sessions.account(of: self.person).registration.append(to: &output)
            return .sent
        }
        if case .done = self.stage {
            self.whenDone()
            return .finished
        }
        switch self.sessions.access(of: self.person, at: now) {
        case .renew(let request): request.append(to: &output)
        case .busy: return .wait(until: now + .milliseconds(5))
        case .token(let token):
            self.stage = .askingWhoHeIs
            Request(method: .get, path: "/users/me", token: token).append(to: &output)
        }
        return .sent
    }

    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws {
        switch self.stage {
        case .registering where answer.status == 200:
            let registered = try answer.decoded(as: Registered.self)
            self.sessions.set(userID: registered.user.id, of: self.person)
            self.sessions.set(registered.tokens, of: self.person, at: now)
            self.stage = .done
        case .registering where answer.status == 400: self.stage = .signingIn
        case .signingIn: try self.sessions.renewed(self.person, by: answer, at: now)
        case .askingWhoHeIs where answer.status == 200:
            let user = try answer.decoded(as: Registered.User.self)
            self.sessions.set(userID: user.id, of: self.person)
            self.stage = .done
        default:
            let mail = self.sessions.account(of: self.person).mail
            throw Failure("\(mail) cannot be registered: \(answer.summary)")
        }
    }

    func undecided(status: Int?, at now: ContinuousClock.Instant) {
        if case .signingIn = self.stage { self.sessions.renewalWasCut(of: self.person) }
    }
}
