import Shards
import Testing

@Suite struct PresenceStateTests {
    @Test func `a socket makes online, and 30 s after its close he is offline`() {
        var world = World()
        #expect(world.open() == "online")
        #expect(world.pass(seconds: 1_000) == "-")
        #expect(world.close() == "-")
        #expect(world.pass(seconds: 29) == "-")
        #expect(world.now() == "online, seen 1000")
        #expect(world.pass(seconds: 1) == "offline, seen 1000")
        #expect(world.now() == "offline, seen 1000")
    }

    @Test func `coming back within the grace is not seen`() {
        var world = World()
        #expect(world.open() == "online")
        #expect(world.close() == "-")
        #expect(world.pass(seconds: 20) == "-")
        #expect(world.open() == "-")
        #expect(world.pass(seconds: 500) == "-")
        #expect(world.close() == "-")
        #expect(world.pass(seconds: 30) == "offline, seen 520")
    }

    @Test func `only the last socket's close counts`() {
        var world = World()
        #expect(world.open() == "online")
        #expect(world.open() == "-")
        #expect(world.close() == "-")
        #expect(world.pass(seconds: 100) == "-")
        #expect(world.close() == "-")
        #expect(world.pass(seconds: 30) == "offline, seen 100")
        #expect(world.open() == "online")
    }

    @Test func `a heartbeat lasts 300 s, and the next one begins anew`() {
        var world = World()
        #expect(world.heartbeat() == "online")
        #expect(world.pass(seconds: 299) == "-")
        #expect(world.heartbeat() == "-")
        #expect(world.pass(seconds: 299) == "-")
        #expect(world.pass(seconds: 1) == "offline, seen 299")
        #expect(world.heartbeat() == "online")
    }

    @Test func `a heartbeat from before the last close holds nobody beyond the grace`() {
        var world = World()
        #expect(world.heartbeat() == "online")
        #expect(world.pass(seconds: 100) == "-")
        #expect(world.open() == "-")
        #expect(world.heartbeat() == "-")
        #expect(world.pass(seconds: 50) == "-")
        #expect(world.close() == "-")
        #expect(world.pass(seconds: 29) == "-")
        #expect(world.pass(seconds: 1) == "offline, seen 150")
        #expect(world.heartbeat() == "online")
    }

    @Test func `a heartbeat after the last close lasts 300 s`() {
        var world = World()
        #expect(world.open() == "online")
        #expect(world.close() == "-")
        #expect(world.pass(seconds: 20) == "-")
        #expect(world.heartbeat() == "-")
        #expect(world.pass(seconds: 299) == "-")
        #expect(world.pass(seconds: 1) == "offline, seen 20")
    }

    @Test func `a heartbeat that ends beside an open socket changes nothing`() {
        var world = World()
        #expect(world.open() == "online")
        #expect(world.heartbeat() == "-")
        #expect(world.pass(seconds: 400) == "-")
        #expect(world.now() == "online, seen 0")
        #expect(world.close() == "-")
        #expect(world.pass(seconds: 30) == "offline, seen 400")
    }

    @Test func `away is when every socket is idle`() {
        var world = World()
        #expect(world.open() == "online")
        #expect(world.open() == "-")
        #expect(world.idle() == "-")
        #expect(world.idle() == "away")
        #expect(world.heartbeat() == "-")
        #expect(world.active() == "online")
        #expect(world.close(wasIdle: false) == "away")
        #expect(world.open() == "online")
    }

    @Test func `who was away stays away through the grace, until a heartbeat`() {
        var world = World()
        #expect(world.open() == "online")
        #expect(world.idle() == "away")
        #expect(world.close(wasIdle: true) == "-")
        #expect(world.pass(seconds: 10) == "-")
        #expect(world.now() == "away, seen 0")
        #expect(world.heartbeat() == "online")
        #expect(world.pass(seconds: 300) == "offline, seen 10")
    }

    @Test func `inputs that make no sense change nothing`() {
        var world = World()
        #expect(world.close() == "-")
        #expect(world.idle() == "-")
        #expect(world.active() == "-")
        #expect(world.now() == "offline")
        #expect(world.open() == "online")
        #expect(world.active() == "-")
        #expect(world.idle() == "away")
        #expect(world.idle() == "-")
        // A session that says it was active when it was not.
        #expect(world.close(wasIdle: false) == "-")
        #expect(world.close() == "-")
        #expect(world.open() == "online")
    }

    @Test func `nothing ends early, and nothing more than a tick late`() {
        for offset in UInt64(0)..<50 {
            let closed = 1_000_000 + offset * 41
            var state = PresenceState(now: .init(milliseconds: 1_000_000))
            let user = UserID(rawValue: 3)
            _ = state.socketOpened(user, at: .zero)
            _ = state.socketClosed(
                user,
                wasIdle: false,
                at: .zero,
                now: .init(milliseconds: closed)
            )
            var changes: [PresenceChange] = []
            _ = state.timePassed(
                at: .zero,
                now: .init(milliseconds: closed + 29_999),
                into: &changes
            )
            #expect(changes.isEmpty)
            _ = state.timePassed(
                at: .zero,
                now: .init(milliseconds: closed + 30_999),
                into: &changes
            )
            #expect(changes.map(\.status) == [.offline])
        }
    }

    @Test func `asking is exact where timePassed is behind`() {
        var state = PresenceState(now: .init(milliseconds: 0))
        let user = UserID(rawValue: 1)
        _ = state.heartbeatReceived(user, at: .zero, now: .init(milliseconds: 0))
        let reading = state.presence(of: user, now: .init(milliseconds: 300_000))
        #expect(reading == UserPresence(status: .offline, lastSeen: .zero))
        // He was never told to be offline, so this is no change.
        let change = state.heartbeatReceived(user, at: .zero, now: .init(milliseconds: 300_000))
        #expect(change == nil)
    }

    @Test func `a wall clock that jumps moves no deadline`() {
        var state = PresenceState(now: .init(milliseconds: 0))
        let user = UserID(rawValue: 1)
        let day = Int64(86_400_000_000)
        _ = state.heartbeatReceived(user, at: .init(microseconds: day), now: .zero)
        var changes: [PresenceChange] = []
        for (wall, milliseconds) in [(9 * day, UInt64(299_000)), (-day, 299_999)] {
            let time = Timestamp(microseconds: wall)
            let now = MonotonicInstant(milliseconds: milliseconds)
            #expect(state.timePassed(at: time, now: now, into: &changes) == true)
            #expect(changes.isEmpty)
        }
        _ = state.timePassed(
            at: .init(microseconds: -day),
            now: .init(milliseconds: 300_000),
            into: &changes
        )
        let lastSeen = Timestamp(microseconds: day)
        let at = Timestamp(microseconds: -day)
        #expect(changes == [.init(user: user, status: .offline, at: at, lastSeen: lastSeen)])
    }

    @Test func `a restored last_seen is shown, and does not replace what is newer`() {
        var world = World()
        world.state.lastSeenRestored(World.user, at: .init(microseconds: 5_000_000))
        world.state.lastSeenRestored(World.user, at: .init(microseconds: 7_000_000))
        #expect(world.now() == "offline, seen 7")
        #expect(world.pass(seconds: 100) == "-")
        #expect(world.heartbeat() == "online")
        world.state.lastSeenRestored(World.user, at: .init(microseconds: 8_000_000))
        #expect(world.pass(seconds: 300) == "offline, seen 100")
    }

    @Test func `a user beyond the bound stays offline and takes no memory`() {
        var state = PresenceState(now: .zero, userCountMax: 10)
        let stranger = UserID(rawValue: .max)
        #expect(state.socketOpened(stranger, at: .zero) == nil)
        #expect(state.heartbeatReceived(stranger, at: .zero, now: .zero) == nil)
        #expect(
            state.presence(of: stranger, now: .zero)
                == UserPresence(status: .offline, lastSeen: nil)
        )
        #expect(state.socketOpened(.init(rawValue: 9), at: .zero)?.status == .online)
    }

    @Test func `the end of monotonic time does not trap`() {
        let last = MonotonicInstant(milliseconds: .max)
        var state = PresenceState(now: last)
        let user = UserID(rawValue: 0)
        #expect(state.heartbeatReceived(user, at: .zero, now: last)?.status == .online)
        var changes: [PresenceChange] = []
        _ = state.timePassed(at: .zero, now: last, into: &changes)
        #expect(last.advanced(by: .seconds(-1)) == last)
        #expect(MonotonicInstant.zero.advanced(by: .seconds(Int64.max)) == last)
        #expect(MonotonicInstant.zero.advanced(by: .milliseconds(2_500)).milliseconds == 2_500)
    }

    @Test func `a crowd that leaves at once goes in parts`() {
        var state = PresenceState(now: .zero)
        for id in UInt32(0)..<3_000 {
            _ = state.heartbeatReceived(.init(rawValue: id), at: .zero, now: .zero)
        }
        let end = MonotonicInstant(milliseconds: 300_000)
        var changes: [PresenceChange] = []
        var calls = 0
        var isDone = false
        while !isDone {
            let before = changes.count
            isDone = state.timePassed(at: .zero, now: end, into: &changes)
            calls += 1
            #expect(changes.count - before <= PresenceState.expiryBudget)
        }
        #expect(calls == 3)
        #expect(changes.map(\.user.rawValue) == Array(0..<3_000))
    }
}

/// One user, times in seconds, answers as text.
private struct World {
    static let user = UserID(rawValue: 42)
    var state = PresenceState(now: .zero)
    var seconds: UInt64 = 0

    var time: Timestamp { Timestamp(microseconds: Int64(self.seconds) * 1_000_000) }
    var instant: MonotonicInstant { MonotonicInstant(milliseconds: self.seconds * 1_000) }

    mutating func open() -> String {
        Self.text(self.state.socketOpened(Self.user, at: self.time))
    }

    mutating func close(wasIdle: Bool = false) -> String {
        Self.text(
            self.state.socketClosed(Self.user, wasIdle: wasIdle, at: self.time, now: self.instant)
        )
    }

    mutating func heartbeat() -> String {
        Self.text(self.state.heartbeatReceived(Self.user, at: self.time, now: self.instant))
    }

    mutating func idle() -> String {
        Self.text(self.state.socketBecameIdle(Self.user, at: self.time))
    }

    mutating func active() -> String {
        Self.text(self.state.socketBecameActive(Self.user, at: self.time))
    }

    mutating func pass(seconds: UInt64) -> String {
        self.seconds += seconds
        var changes: [PresenceChange] = []
        _ = self.state.timePassed(at: self.time, now: self.instant, into: &changes)
        return changes.isEmpty ? "-" : changes.map { Self.text($0) }.joined(separator: "; ")
    }

    func now() -> String {
        let reading = self.state.presence(of: Self.user, now: self.instant)
        return "\(reading.status)" + (reading.lastSeen.map { ", seen \($0.seconds)" } ?? "")
    }

    /// last_seen is told of going offline only; `now` shows it otherwise.
    static func text(_ change: PresenceChange?) -> String {
        guard let change else { return "-" }
        let seen = change.lastSeen.map { ", seen \($0.seconds)" } ?? ""
        return "\(change.status)" + (change.status == .offline ? seen : "")
    }
}

extension Timestamp {
    fileprivate static let zero = Timestamp(microseconds: 0)
}

extension MonotonicInstant {
    fileprivate static let zero = MonotonicInstant(milliseconds: 0)
}
