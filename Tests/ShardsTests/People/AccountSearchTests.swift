import Shards
import TestSupport
import Testing

/// That people are found by mail address and tag as in two dictionaries of strings, also in a
/// history in which several have the same.
@Suite struct AccountSearchTests {
    @Test(arguments: 0..<20) func `people are found as in two dictionaries`(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var model = Model()
        var state = DirectoryState()
        for _ in 0..<1_000 {
            let number = UInt32.random(in: 1..<150, using: &random)
            if random.one(in: 4) {
                let time = Timestamp(microseconds: Int64(number))
                model.lastSeen[number] = model.users[number].map { _ in time }
                state.apply(.lastSeen(UserID(rawValue: number), time), at: .zero)
            } else {
                let user = Self.user(number, &random)
                model.change(user)
                state.apply(.userChanged(user), at: .zero)
            }
        }
        for number in 0..<200 as Range<UInt32> {
            let user = UserID(rawValue: number)
            #expect(state.user(user) == model.users[number])
            #expect(state.isKnown(user) == (model.users[number] != nil))
            for email in Self.emails(number) {
                #expect(state.user(email: email) == model.user(email: email))
            }
            let tag = try #require(Tag("tag\(number)"))
            #expect(state.user(tag: tag) == model.user(tag: tag.text))
        }
        let seen = state.lastSeen.map { ($0.user.rawValue, $0.at) }
        #expect(Dictionary(uniqueKeysWithValues: seen) == model.lastSeen)
        let restored = Self.restored(state)
        for number in 0..<200 as Range<UInt32> {
            #expect(restored.user(UserID(rawValue: number)) == model.users[number])
        }
        #expect(restored.nextUser == state.nextUser)
    }

    @Test func `a stretch that a snapshot has taken stays as it was`() {
        var random = SeededRandom(seed: 1)
        var state = DirectoryState()
        let users = (1...200).map { (number: UInt32) in Self.user(number, &random) }
        for user in users { state.apply(.userChanged(user), at: .zero) }
        let (stretch, next) = state.accountStretch(from: 70, countMax: 90)
        for number in 1...200 as ClosedRange<UInt32> {
            state.apply(.userChanged(Self.user(number, &random)), at: .zero)
        }
        #expect(stretch.map(\.user) == Array(users[69..<159]))
        #expect(next == 160)
        #expect(state.accountStretch(from: 160).next == nil)
        #expect(Array(state.accountStretch(from: 201).accounts).isEmpty)
    }

    private static func restored(_ state: DirectoryState) -> DirectoryState {
        var restored = DirectoryState()
        var start: Int? = 0
        while let place = start {
            let stretch = state.accountStretch(from: place, countMax: 50)
            for account in stretch.accounts { restored.restore(account) }
            start = stretch.next
        }
        return restored
    }

    private static func emails(_ number: UInt32) -> [String] {
        ["person", "Person", "ПЕРСОНА", "персона"].map { "\($0)\(number)@example.org" }
    }

    /// Fewer addresses and tags than people.
    private static func user(_ number: UInt32, _ random: inout SeededRandom) -> User {
        let emails = Self.emails(.random(in: 1..<100, using: &random))
        return User(
            id: UserID(rawValue: number),
            email: emails.randomElement(using: &random) ?? "",
            displayName: "Name \(Int.random(in: 0..<1_000, using: &random))",
            tag: "tag\(Int.random(in: 1..<100, using: &random))",
            avatarURL: nil,
            createdAt: Timestamp(microseconds: Int64(number)),
            passwordHash: "$argon2id$"
        )
    }

    private struct Model {
        var users: [UInt32: User] = [:]
        var lastSeen: [UInt32: Timestamp] = [:]
        private var userOfEmail: [String: UInt32] = [:]
        private var userOfTag: [String: UInt32] = [:]

        mutating func change(_ user: User) {
            let number = user.id.rawValue
            if let old = self.users[number] {
                self.userOfTag[old.tag] = nil
                self.userOfEmail[old.email.lowercased()] = nil
            }
            self.users[number] = user
            self.userOfTag[user.tag] = number
            self.userOfEmail[user.email.lowercased()] = number
        }

        func user(email: String) -> User? {
            self.userOfEmail[email.lowercased()].flatMap { self.users[$0] }
        }

        func user(tag: String) -> User? { self.userOfTag[tag].flatMap { self.users[$0] } }
    }
}
