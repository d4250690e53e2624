import Shards
import Testing

/// When a message becomes `read`: once all others who were there when it was sent have read it.
@Suite struct ReadMarksTests {
    @Test func `a message is read when the last of the others has read it`() throws {
        var run = ShardRun.group(.anna, .boris, .clara)
        let message = try run.send(by: .anna)
        #expect(run.isRead(message) == false)
        try run.handle(.markRead, by: .boris)
        #expect(run.isRead(message) == false)
        try run.handle(.markRead, by: .clara)
        #expect(run.isRead(message) == true)
    }

    @Test func `the author need not read their own message`() throws {
        var run = ShardRun.direct(.anna, .boris)
        let first = try run.send(by: .anna)
        let second = try run.send(by: .boris)
        try run.handle(.markRead, by: .boris)
        // Anna is behind everybody, and still holds back only what is not hers.
        #expect(run.isRead(first) == true)
        #expect(run.isRead(second) == false)
    }

    @Test func `a message to nobody is read at once`() throws {
        var run = ShardRun.group(.anna)
        let message = try run.send(by: .anna)
        #expect(run.isRead(message) == true)
    }

    @Test func `joining changes no status, and what follows waits for the new one`() throws {
        var run = ShardRun.group(.anna, .boris)
        let early = try run.send(by: .anna)
        try run.handle(.addMember(.clara), by: .anna)
        let late = try run.send(by: .anna)
        try run.handle(.markRead, by: .boris)
        #expect(run.isRead(early) == true)
        #expect(run.isRead(late) == false)
        try run.handle(.markRead, by: .clara)
        #expect(run.isRead(late) == true)
    }

    @Test func `leaving with messages unread makes none of them read`() throws {
        var run = ShardRun.group(.anna, .boris, .clara)
        let before = try run.send(by: .anna)
        try run.handle(.leave, by: .clara)
        let after = try run.send(by: .anna)
        try run.handle(.markRead, by: .boris)
        #expect(run.isRead(before) == false)
        #expect(run.isRead(after) == true)
    }

    @Test func `what somebody left unread is read when they come back and read it`() throws {
        var run = ShardRun.group(.anna, .boris, .clara)
        let message = try run.send(by: .anna)
        try run.handle(.markRead, by: .boris)
        try run.handle(.leave, by: .clara)
        try run.handle(.addMember(.clara), by: .anna)
        #expect(run.isRead(message) == false)
        let notice = try run.handle(.markRead, by: .clara)?.notice
        #expect(run.isRead(message) == true)
        #expect(notice?.frames.count == 2)
    }

    @Test func `one who left holds back only the messages of others`() throws {
        var run = ShardRun.group(.anna, .boris, .clara)
        let theirs = try run.send(by: .clara)
        let hers = try run.send(by: .anna)
        try run.handle(.leave, by: .clara)
        try run.handle(.markRead, by: .boris)
        try run.handle(.markRead, by: .anna)
        #expect(run.isRead(theirs) == true)
        #expect(run.isRead(hers) == false)
    }

    /// Three leave one after the other; each has read one message more than the one before.
    @Test func `several who left hold back what any of them had not read`() throws {
        var run = ShardRun.group(.anna, .boris, .clara, .dmitri)
        var messages: [MessageID] = []
        for reader in [UserID.boris, .clara, .dmitri] {
            messages.append(try run.send(by: .anna))
            try run.handle(.markRead, by: reader)
        }
        messages.append(try run.send(by: .anna))
        for leaver in [UserID.dmitri, .clara, .boris] { try run.handle(.leave, by: leaver) }
        messages.append(try run.send(by: .anna))
        // Boris had read one, Clara two, Dmitri three; nobody was there for the fifth.
        #expect(messages.map { run.isRead($0) } == [true, false, false, false, true])
        try run.handle(.addMember(.boris), by: .anna)
        try run.handle(.markRead, by: .boris)
        #expect(messages.map { run.isRead($0) } == [true, true, false, false, true])
        try run.handle(.addMember(.clara), by: .anna)
        try run.handle(.markRead, by: .clara)
        #expect(messages.map { run.isRead($0) } == [true, true, true, false, true])
        try run.handle(.addMember(.dmitri), by: .anna)
        try run.handle(.markRead, by: .dmitri)
        #expect(messages.allSatisfy { run.isRead($0) == true })
    }

    @Test func `two who left hold back each other's messages`() throws {
        var run = ShardRun.group(.anna, .boris, .clara)
        let ofBoris = try run.send(by: .boris)
        let ofClara = try run.send(by: .clara)
        try run.handle(.markRead, by: .anna)
        try run.handle(.leave, by: .boris)
        #expect(run.isRead(ofBoris) == false)
        try run.handle(.leave, by: .clara)
        #expect(run.isRead(ofBoris) == false)
        #expect(run.isRead(ofClara) == false)
    }

    @Test func `where all have left, nothing becomes read`() throws {
        var run = ShardRun.group(.anna, .boris)
        let message = try run.send(by: .anna)
        try run.handle(.leave, by: .boris)
        try run.handle(.leave, by: .anna)
        #expect(run.isRead(message) == false)
        #expect(run.chat.members.presentCount == 0)
    }

    @Test func `somebody dormant costs the readers of a long chat no walk through it`() throws {
        var run = ShardRun.group(.anna, .boris, .clara)
        for _ in 0..<100 { try run.send(by: .anna) }
        try run.handle(.markRead, by: .anna)
        try run.handle(.markRead, by: .boris)
        try run.send(by: .anna)
        try run.handle(.markRead, by: .anna)
        let member = try #require(run.chat.members[.boris]?.member)
        let marks = run.chat.marks
        let later = marks.raised(member, through: run.chat.log.newestID, in: run.chat.members)
        #expect(later != marks)
        // Clara has read nothing, so what Boris reads changes nothing below what he had read.
        #expect(marks.unchangedThrough(later) == member.readThrough)
    }
}
