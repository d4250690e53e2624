import Shards
import Testing

@Suite struct MemberTableTests {
    private static func member(_ id: UInt32) -> Member {
        Member(
            user: UserID(rawValue: id),
            role: .member,
            joinedAt: Timestamp(microseconds: Int64(id)),
            joinedAfter: .none
        )
    }

    @Test func `members are found in whatever order they came`() {
        var table = MemberTable()
        for id in [5, 1, 9, 3, 7] as [UInt32] { table.put(Self.member(id)) }
        #expect(table.all.map(\.member.user.rawValue) == [1, 3, 5, 7, 9])
        for id in 0...10 as ClosedRange<UInt32> {
            let user = UserID(rawValue: id)
            #expect(table.contains(user) == !id.isMultiple(of: 2))
            let member = id.isMultiple(of: 2) ? nil : Self.member(id)
            #expect(table[user]?.member == member)
        }
    }

    @Test func `one who left keeps their row and is not counted`() {
        var table = MemberTable()
        for id in 1...3 as ClosedRange<UInt32> { table.put(Self.member(id)) }
        table.update(.boris) { $0.member.isPresent = false }
        #expect(table.presentCount == 2)
        #expect(!table.contains(.boris))
        #expect(table[.boris] != nil)
        #expect(table.present.map(\.member.user) == [.anna, .clara])
        #expect(table.all.count == 3)
    }

    @Test func `who comes back is counted again, with the counts they had`() {
        var table = MemberTable()
        table.put(Self.member(2))
        table.update(.boris) {
            $0.readCount = 7
            $0.ownSinceCount = 1
            $0.member.isPresent = false
        }
        table.put(Self.member(2))
        #expect(table.presentCount == 1)
        #expect(table[.boris]?.readCount == 7)
        #expect(table[.boris]?.ownSinceCount == 1)
    }

    @Test func `putting a member twice counts them once`() {
        var table = MemberTable()
        table.put(Self.member(2))
        table.put(Self.member(2))
        #expect(table.presentCount == 1)
        #expect(table.all.count == 1)
    }

    @Test func `changing somebody who never was there does nothing`() {
        var table = MemberTable()
        table.put(Self.member(2))
        table.update(.clara) { _ in Issue.record("there is nobody to change") }
        #expect(table.presentCount == 1)
        #expect(table[.clara] == nil)
        #expect(MemberTable()[.anna] == nil)
    }
}
