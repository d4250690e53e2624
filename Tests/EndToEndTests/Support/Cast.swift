import Synchronization
import TestSupport

/// People of the shared server for tests that do not care who else knows them: they are in many
/// chats, and each test makes its own.
struct Cast {
    let ann: Person
    let bob: Person
    /// In no chat with the others unless a test says so.
    let eve: Person

    private struct SignedIn {
        let people: [Person.Credentials]
        let time: ContinuousClock.Instant
    }

    /// Their access tokens are good for 15 minutes, and the tests may take longer.
    private static let tokenAgeMax = Duration.seconds(300)
    private static let signedIn = Mutex<SignedIn?>(nil)

    init() throws {
        let people = try Self.signedIn.withLock { signedIn in
            let now = ContinuousClock.now
            if let signedIn, now - signedIn.time < Self.tokenAgeMax { return signedIn.people }
            let people = try signedIn.map { try $0.people.map(Self.logIn) } ?? Self.register()
            signedIn = SignedIn(people: people, time: now)
            return people
        }
        self.ann = Person(people[0])
        self.bob = Person(people[1])
        self.eve = Person(people[2])
    }

    private static func register() throws -> [Person.Credentials] {
        let server = try SharedServer.get()
        return try ["Ann", "Bob", "Eve"].map { try Person($0, on: server).credentials }
    }

    private static func logIn(_ credentials: Person.Credentials) throws -> Person.Credentials {
        let person = Person(credentials)
        let answer = try person.logIn()
        guard
            answer.status == 200,
            let access = answer.json["access_token"].string,
            let refresh = answer.json["refresh_token"].string
        else { throw WaitError.malformed("login: \(answer)") }
        person.accessToken = access
        person.refreshToken = refresh
        return person.credentials
    }
}
