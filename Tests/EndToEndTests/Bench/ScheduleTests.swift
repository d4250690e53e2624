import Testing

@testable import NodusBench

struct ScheduleTests {
    private static let start = ContinuousClock.now

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
        Self.start + .milliseconds(milliseconds)
    }

    @Test func `places share the rate evenly`() {
        for place in 0..<4 {
            var schedule = Schedule(perSecond: 100, place: place, of: 4, from: Self.start)
            guard case .wait(let until) = schedule.next(at: self.at(-1)) else {
                Issue.record("asked too early")
                continue
            }
            #expect(until == self.at(place * 10))
        }
    }

    @Test func `a request that an answer kept waiting counts from when it was due`() {
        var schedule = Schedule(perSecond: 100, place: 0, of: 1, from: Self.start)
        var since: [ContinuousClock.Instant] = []
        // The first answer takes until 35.
        for time in [0, 35, 36, 37] {
            if case .ask(let from) = schedule.next(at: self.at(time)) { since.append(from) }
        }
        #expect(since == [self.at(0), self.at(10), self.at(20), self.at(30)])
    }

    @Test func `the generator's own lateness is not the server's`() {
        var schedule = Schedule(perSecond: 100, place: 0, of: 1, from: Self.start)
        _ = schedule.next(at: self.at(0))
        guard case .wait(let until) = schedule.next(at: self.at(2)) else {
            Issue.record("asked too early")
            return
        }
        #expect(until == self.at(10))
        guard case .ask(let since) = schedule.next(at: self.at(11)) else {
            Issue.record("did not ask")
            return
        }
        #expect(since == self.at(11))
    }
}
