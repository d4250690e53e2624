import Shards
import TestSupport
import Testing

/// That a table, whose entries are packed, gives back what was put into it, whatever the numbers.
@Suite struct PackedMemberTests {
    @Test(arguments: 0..<20) func `a table is what a dictionary has`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var model: [UserID: MemberTable.Entry] = [:]
        var table = MemberTable()
        for _ in 0..<2_000 {
            let entry = Self.entry(&random)
            let user = entry.member.user
            if random.one(in: 2) {
                model[user, default: .init(entry.member, readCount: 0, ownSinceCount: 0)].member =
                    entry.member
                table.put(entry.member)
            } else if model[user] != nil {
                model[user] = entry
                table.update(user) { $0 = entry }
            }
            #expect(table[user] == model[user])
            #expect(table.contains(user) == (model[user]?.member.isPresent ?? false))
        }
        Self.compare(table, model)
    }

    @Test(arguments: 0..<20) func `a table of parts equals one that was changed`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var model: [UserID: MemberTable.Entry] = [:]
        var changed = MemberTable()
        for _ in 0..<100 {
            // Some are first too large, or end that way.
            for entry in [Self.entry(&random), Self.entry(&random)] {
                model[entry.member.user] = entry
                changed.put(entry.member)
                changed.update(entry.member.user) { $0 = entry }
            }
        }
        let entries = model.values.sorted { $0.member.user < $1.member.user }
        let middle = Int.random(in: 0...entries.count, using: &random)
        var table = MemberTable(ascending: entries[..<middle])
        if let rest = MemberTable(ascending: entries[middle...]) { _ = table?.append(rest) }
        #expect(table == changed)
        Self.compare(changed, model)
    }

    @Test func `a part that does not ascend is refused and changes nothing`() throws {
        var random = SeededRandom(seed: 1)
        let entries = [3, 5].map { user in Self.entry(&random, user: user) }
        var table = try #require(MemberTable(ascending: entries))
        let before = table
        #expect(MemberTable(ascending: entries.reversed()) == nil)
        #expect(MemberTable(ascending: [entries[0], entries[0]]) == nil)
        let isAppended = table.append(entries[1])
        let areAppended = table.append(before)
        #expect(!isAppended && !areAppended)
        #expect(table == before)
        let isNothingAppended = table.append(MemberTable())
        #expect(isNothingAppended)
        #expect(table == before)
    }

    private static func compare(_ table: MemberTable, _ model: [UserID: MemberTable.Entry]) {
        let wanted = model.values.sorted { $0.member.user < $1.member.user }
        #expect(Array(table.all) == wanted)
        let present = wanted.filter(\.member.isPresent)
        #expect(Array(table.present) == present)
        #expect(Array(table.presentUsers) == present.map(\.member.user))
        #expect(table.presentCount == present.count)
    }

    /// Numbers on both sides of each bound.
    private static func entry(
        _ random: inout SeededRandom,
        user: UInt32? = nil
    ) -> MemberTable.Entry {
        func one<Value>(of values: [Value], or usual: Value) -> Value {
            random.one(in: 4) ? values.randomElement(using: &random) ?? usual : usual
        }
        let times: [Int64] = [.min, .max, -1]
        let ids: [UInt64] = [1, 1 << 53 - 1, 1 << 53, .max]
        var member = Member(
            user: UserID(rawValue: user ?? UInt32.random(in: 0..<60, using: &random)),
            role: random.one(in: 2) ? .admin : .member,
            joinedAt: Timestamp(microseconds: one(of: times, or: 1_730_800_800_123_456)),
            joinedAfter: MessageID(rawValue: one(of: ids, or: 0))
        )
        member.isPresent = random.one(in: 2)
        member.readThrough = MessageID(rawValue: one(of: ids, or: 77 << 10 | 5))
        let read = [-1, Int(UInt32.max), Int(UInt32.max) + 1, .max, .min]
        let own = [-1, 1 << 18 - 1, 1 << 18, -1 << 18, -1 << 18 - 1, .max, .min, 2_047, 2_048]
        return MemberTable.Entry(
            member,
            readCount: one(of: read, or: 12),
            ownSinceCount: one(of: own, or: 3)
        )
    }
}
