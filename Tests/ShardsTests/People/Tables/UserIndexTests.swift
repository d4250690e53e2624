import Shards
import TestSupport
import Testing

@Suite struct UserIndexTests {
    @Test(arguments: 0..<10) func `users are found as in a dictionary`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var run = Run()
        // More and more keys, then fewer, so that tables grow and gaps are closed.
        for keyCount in [10, 100, 5_000, 5_000, 50, 3] {
            for _ in 0..<4_000 {
                let key = "key \(Int.random(in: 0..<keyCount, using: &random))"
                if random.one(in: 3) {
                    run.remove(key)
                } else {
                    run.put(UserID(rawValue: .random(in: 0...9_999, using: &random)), under: key)
                }
            }
            for key in run.model.keys where random.one(in: 2) { run.remove(key) }
            for number in 0..<5_000 {
                let key = "key \(number)"
                #expect(run.find(key) == run.model[key])
            }
        }
    }

    @Test func `equal texts of other bytes find the same user`() {
        var index = UserIndex()
        index.insert(.anna, under: .init(of: "caf\u{e9}"))
        #expect(index.find(.init(of: "cafe\u{301}")) { _ in true } == .anna)
        #expect(index.find(.init(of: "cafe")) { _ in true } == nil)
    }

    /// With one text for all, there is one part and one place to begin at.
    @Test func `users whose hashes are the same are told apart`() {
        var index = UserIndex()
        let hash = UserIndex.Hash(of: "the same")
        let users = (1...50).map { UserID(rawValue: $0) }
        for user in users { index.insert(user, under: hash) }
        for user in users.prefix(25) { index.remove(user, under: hash) }
        for user in users {
            #expect(index.find(hash) { $0 == user } == (user.rawValue > 25 ? user : nil))
        }
    }

    private struct Run {
        var index = UserIndex()
        var model: [String: UserID] = [:]
        /// What the accounts would say.
        private var keys: [UserID: Set<String>] = [:]

        func find(_ key: String) -> UserID? {
            self.index.find(.init(of: key)) { self.keys[$0]?.contains(key) ?? false }
        }

        mutating func put(_ user: UserID, under key: String) {
            self.remove(key)
            self.model[key] = user
            self.keys[user, default: []].insert(key)
            self.index.insert(user, under: .init(of: key))
        }

        mutating func remove(_ key: String) {
            let holder = self.find(key)
            #expect(holder == self.model.removeValue(forKey: key))
            guard let holder else { return }
            self.keys[holder]?.remove(key)
            self.index.remove(holder, under: .init(of: key))
        }
    }
}
