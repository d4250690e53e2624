import Shards
import Testing

@Suite struct RecentEventsTests {
    private let one = ChatID(rawValue: 1)
    private let two = ChatID(rawValue: 2)
    private let ann = UserID(rawValue: 1)
    private let bob = UserID(rawValue: 2)

    /// Takes in events of one chat each, with the positions that these had before.
    private func recent(
        _ events: [(ChatID, Notice.SubscriptionChange)],
        after start: UInt64 = 0,
        countMax: Int = 100,
        byteCountMax: Int = 1 << 20
    ) -> RecentEvents {
        var bounds = RecentEvents.Bounds()
        bounds.countMax = countMax
        bounds.byteCountMax = byteCountMax
        var recent = RecentEvents(after: Position(rawValue: start), bounds: bounds)
        var last: [ChatID: Position] = [:]
        for (chat, change) in events {
            recent.append(
                Notice(
                    chat: chat,
                    previous: last[chat] ?? .zero,
                    frames: [Array("{\"event\":\"x\",\"data\":{}".utf8)],
                    subscription: change
                )
            )
            last[chat] = recent.last
        }
        return recent
    }

    private func missed(
        _ recent: RecentEvents,
        of chat: ChatID,
        after since: UInt64,
        lastKnown: UInt64? = nil
    ) -> [UInt64]? {
        let missed = recent.missed(
            of: chat,
            after: Position(rawValue: since),
            by: self.ann,
            lastKnown: lastKnown.map { Position(rawValue: $0) }
        )
        switch missed {
        case .events(let positions): return positions.map(\.rawValue)
        case .unknown: return nil
        }
    }

    @Test func `what a chat's members missed is found from the newest back`() {
        let recent = self.recent([
            (self.one, .create([self.bob], isGroup: true)), (self.two, .none), (self.one, .none),
            (self.two, .none), (self.one, .none),
        ])
        #expect(self.missed(recent, of: self.one, after: 1) == [3, 5])
        #expect(self.missed(recent, of: self.one, after: 3) == [5])
        #expect(self.missed(recent, of: self.two, after: 1) == [2, 4])
        #expect(self.missed(recent, of: self.two, after: 4) == [])
        #expect(self.missed(recent, of: self.one, after: 5) == [])
    }

    @Test func `who joined in between fetches the chat anew`() {
        let recent = self.recent([
            (self.one, .none), (self.one, .leave(self.ann)), (self.one, .none),
            (self.one, .join(self.ann)), (self.one, .none),
        ])
        #expect(self.missed(recent, of: self.one, after: 1) == nil)
        #expect(self.missed(recent, of: self.one, after: 3) == nil)
        #expect(self.missed(recent, of: self.one, after: 4) == [5])
    }

    @Test func `others joining is nothing but an event`() {
        let recent = self.recent([
            (self.one, .none), (self.one, .join(self.bob)), (self.one, .leave(self.bob)),
        ])
        #expect(self.missed(recent, of: self.one, after: 1) == [2, 3])
    }

    @Test func `a chat whose events have gone is not known, others are`() {
        let events =
            [(self.one, Notice.SubscriptionChange.none)]
            + Array(repeating: (self.two, .none), count: 4)
        let recent = self.recent(events, countMax: 3)
        #expect(recent.start.rawValue == 2)
        #expect(self.missed(recent, of: self.two, after: 2) == [3, 4, 5])
        #expect(self.missed(recent, of: self.two, after: 1) == nil)
        // That it stood at 1 when it was looked at, tells that nothing was missed.
        #expect(self.missed(recent, of: self.one, after: 1, lastKnown: 1) == [])
        #expect(self.missed(recent, of: self.one, after: 0, lastKnown: 1) == nil)
        #expect(self.missed(recent, of: self.one, after: 1) == nil)
    }

    @Test func `bytes are bounded too`() {
        let recent = self.recent(
            Array(repeating: (self.one, .none), count: 100),
            byteCountMax: 1_000
        )
        #expect(recent.last.rawValue == 100)
        #expect(recent.start.rawValue > 80)
        #expect(recent.notice(at: recent.start) == nil)
        #expect(recent.notice(at: recent.last) != nil)
    }

    @Test func `with no room it knows that it knows nothing`() {
        let recent = self.recent(Array(repeating: (self.one, .none), count: 10), countMax: 0)
        #expect(recent.last.rawValue == 10)
        #expect(self.missed(recent, of: self.one, after: 9) == nil)
        #expect(self.missed(recent, of: self.one, after: 10) == [])
    }

    @Test func `a position that has not come, or is below what is known, is not reached`() {
        var recent = self.recent([(self.one, .none)], after: 7)
        #expect(recent.last.rawValue == 8)
        #expect(recent.reaches(Position(rawValue: 8)))
        #expect(!recent.reaches(Position(rawValue: 9)))
        #expect(recent.reaches(Position(rawValue: 3)))
        recent.knows(from: Position(rawValue: 5))
        #expect(!recent.reaches(Position(rawValue: 4)))
        #expect(recent.reaches(Position(rawValue: 5)))
    }

    @Test func `a change of what somebody is in is seen`() {
        let recent = self.recent([
            (self.one, .create([self.ann], isGroup: true)), (self.one, .join(self.bob)),
            (self.one, .leave(self.ann)), (self.two, .none),
            (self.one, .close([self.bob], isGroup: true)),
        ])
        #expect(recent.changes(membershipOf: self.ann, after: Position(rawValue: 2)))
        #expect(!recent.changes(membershipOf: self.ann, after: Position(rawValue: 3)))
        #expect(recent.changes(membershipOf: self.bob, after: Position(rawValue: 4)))
        #expect(!recent.changes(membershipOf: self.bob, after: Position(rawValue: 5)))
    }
}
