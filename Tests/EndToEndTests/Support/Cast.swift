import TestSupport

/// People of the shared server for tests that do not care who else knows them: they are in many
/// chats, and each test makes its own.
struct Cast {
    let ann: Person
    let bob: Person
    /// In no chat with the others unless a test says so.
    let eve: Person

    private static let registered = Result {
        let server = try SharedServer.get()
        return try ["Ann", "Bob", "Eve"].map { try Person($0, on: server).credentials }
    }

    init() throws {
        let people = try Self.registered.get()
        self.ann = Person(people[0])
        self.bob = Person(people[1])
        self.eve = Person(people[2])
    }
}
