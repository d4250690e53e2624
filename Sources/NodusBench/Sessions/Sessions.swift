/// Who is signed in, with which tokens. Renews them before they run out.
final class Sessions {
    enum Access {
        case token([UInt8])
        /// Ask this, and give the answer to `renewed`.
        case renew(Request)
        /// Another conversation is renewing it.
        case busy
    }

    struct Tokens: Decodable {
        enum CodingKeys: String, CodingKey {
            case access = "access_token"
            case refresh = "refresh_token"
            case lifetimeSeconds = "expires_in"
        }

        let access: String
        let refresh: String
        let lifetimeSeconds: Double
    }

    private struct Session {
        var userID: UInt64?
        var access: [UInt8] = []
        var refresh = ""
        /// From when on the token is renewed before it is used.
        var renewAt: ContinuousClock.Instant?
        var isRenewing = false
    }

    private let nicks: [String]
    private let mail: (Int) -> String
    private var sessions: [Session]
    private(set) var renewalCount = 0

    /// An access token that has less left is renewed first, but each serves half its life.
    private static let margin = Duration.seconds(30)

    init(nicks: [String], mail: @escaping (Int) -> String = Account.replayMail) {
        self.mail = mail
        self.nicks = nicks
        self.sessions = Array(repeating: Session(), count: nicks.count)
    }

    func account(of person: Int) -> Account {
        Account(number: person, mail: self.mail(person), nick: self.nicks[person])
    }

    var count: Int { self.nicks.count }

    func userID(of person: Int) -> UInt64? { self.sessions[person].userID }

    func set(userID: UInt64, of person: Int) { self.sessions[person].userID = userID }

    func refreshToken(of person: Int) -> String? {
        let token = self.sessions[person].refresh
        return token.isEmpty ? nil : token
    }

    /// Takes a token of an earlier run; its first use renews it.
    func restore(_ refreshToken: String, of person: Int) {
        guard self.sessions.indices.contains(person) else { return }
        self.sessions[person].refresh = refreshToken
    }

    func isSignedIn(_ person: Int) -> Bool { self.sessions[person].renewAt != nil }

    func access(of person: Int, at now: ContinuousClock.Instant) -> Access {
        let session = self.sessions[person]
        if let renewAt = session.renewAt, now < renewAt { return .token(session.access) }
        if session.isRenewing { return .busy }
        self.sessions[person].isRenewing = true
        if session.refresh.isEmpty { return .renew(self.account(of: person).login) }
        let body = Array("{\"refresh_token\":".utf8) + JSONText.quoted(session.refresh) + [0x7d]
        return .renew(Request(method: .post, path: "/auth/refresh", body: body))
    }

    func set(_ tokens: Tokens, of person: Int, at now: ContinuousClock.Instant) {
        self.sessions[person].access = Array(tokens.access.utf8)
        self.sessions[person].refresh = tokens.refresh
        let lifetime = Duration.seconds(tokens.lifetimeSeconds)
        self.sessions[person].renewAt = now + max(lifetime - Self.margin, lifetime / 2)
        self.sessions[person].isRenewing = false
    }

    /// A refused refresh token is forgotten, so that the next renewal signs in with the password.
    func renewed(_ person: Int, by answer: Answer, at now: ContinuousClock.Instant) throws {
        self.sessions[person].isRenewing = false
        if answer.status == 200 {
            self.renewalCount += 1
            self.set(try answer.decoded(as: Tokens.self), of: person, at: now)
        } else if !self.sessions[person].refresh.isEmpty {
            self.sessions[person].refresh = ""
        } else {
            throw Failure("\(self.account(of: person).mail) cannot sign in: \(answer.summary)")
        }
    }

    func renewalWasCut(of person: Int) { self.sessions[person].isRenewing = false }

    /// Lets the next use renew the token, if it has less left than `life`.
    func expire(_ person: Int, unlessGoodFor life: Duration, at now: ContinuousClock.Instant) {
        guard let renewAt = self.sessions[person].renewAt, renewAt < now + life else { return }
        self.sessions[person].renewAt = nil
    }

    /// After a 401.
    func distrust(_ token: [UInt8], of person: Int) {
        if self.sessions[person].access == token { self.sessions[person].renewAt = nil }
    }
}
