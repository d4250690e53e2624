import Shards
import TestSupport
import Testing

@Suite struct AccountTableTests {
    @Test(arguments: 0..<20) func `accounts are what a dictionary has`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var model: [UserID: DirectoryState.Account] = [:]
        var table = AccountTable()
        for _ in 0..<1_000 {
            let id = UserID(rawValue: UInt32.random(in: 0..<300, using: &random))
            if random.one(in: 20) {
                table.grow(to: Int(id.rawValue))
            } else {
                let account = Self.account(id, &random)
                model[id] = account
                table.put(account)
            }
        }
        for number in 0..<400 as Range<UInt32> {
            let id = UserID(rawValue: number)
            #expect(table[id]?.user == model[id]?.user)
            #expect(table[id]?.lastSeen == model[id]?.lastSeen)
            #expect(table.contains(id) == (model[id] != nil))
            #expect(table.email(of: id) == model[id]?.user.email)
            #expect(table.tag(of: id) == model[id]?.user.tag)
            #expect(table.lastSeen(of: id) == model[id]?.lastSeen)
        }
    }

    @Test func `ids that nobody has are counted`() {
        var table = AccountTable()
        table.grow(to: 70)
        #expect(table.count == 70)
        #expect(table[UserID(rawValue: 69)]?.user == nil)
        table.grow(to: 5)
        #expect(table.count == 70)
        #expect(!table.contains(UserID(rawValue: .max)))
    }

    /// Texts of all lengths around those at which the length takes a byte more.
    private static func account(
        _ id: UserID,
        _ random: inout SeededRandom
    ) -> DirectoryState.Account {
        func text() -> String {
            let lengths = [0, 1, 15, 16, 127, 128, 300, random.one(in: 40) ? 20_000 : 2]
            let letter = ["a", "Ж", "\u{0}", "🍲", "e\u{301}"].randomElement(using: &random) ?? ""
            return String(repeating: letter, count: lengths.randomElement(using: &random) ?? 0)
        }
        let user = User(
            id: id,
            email: text(),
            displayName: text(),
            tag: text(),
            avatarURL: random.one(in: 2) ? text() : nil,
            createdAt: Timestamp(microseconds: .random(in: .min ... .max, using: &random)),
            passwordHash: text()
        )
        let seen = Timestamp(microseconds: .random(in: .min ... .max, using: &random))
        return DirectoryState.Account(user: user, lastSeen: random.one(in: 2) ? seen : nil)
    }
}
