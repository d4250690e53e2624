import Shards
import Testing

/// Every history of one user up to six inputs, held against the rules written down plainly.
@Suite struct PresenceModelTests {
    enum Input: CaseIterable {
        case opened, closedActive, closedIdle, heartbeat, idle, active, seconds29, seconds290
    }

    @Test func `every short history agrees with the rules`() {
        var mismatches: [[Input]] = []
        Self.walk(PresenceState(now: .init(milliseconds: 0)), Rules(), [], depth: 6, &mismatches)
        #expect(mismatches.prefix(3) == [])
    }

    private static func walk(
        _ state: PresenceState,
        _ rules: Rules,
        _ history: [Input],
        depth: Int,
        _ mismatches: inout [[Input]]
    ) {
        guard depth > 0, mismatches.count < 3 else { return }
        for input in Input.allCases where rules.allows(input) {
            var rules = rules
            var state = state
            let told = rules.status
            rules.take(input)
            let change = Self.feed(input, to: &state, now: rules.now)
            let shown = state.presence(of: Self.user, now: .init(milliseconds: rules.now * 1_000))
            let expected = rules.status == told ? nil : rules.status
            let isRight =
                change?.status == expected && shown.status == rules.status
                && shown.lastSeen?.seconds == rules.lastSeen
            guard isRight else {
                mismatches.append(history + [input])
                continue
            }
            Self.walk(state, rules, history + [input], depth: depth - 1, &mismatches)
        }
    }

    private static let user = UserID(rawValue: 0)

    private static func feed(
        _ input: Input,
        to state: inout PresenceState,
        now seconds: UInt64
    ) -> PresenceChange? {
        let time = Timestamp(microseconds: Int64(seconds) * 1_000_000)
        let now = MonotonicInstant(milliseconds: seconds * 1_000)
        switch input {
        case .opened: return state.socketOpened(self.user, at: time)
        case .closedActive:
            return state.socketClosed(self.user, wasIdle: false, at: time, now: now)
        case .closedIdle: return state.socketClosed(self.user, wasIdle: true, at: time, now: now)
        case .heartbeat: return state.heartbeatReceived(self.user, at: time, now: now)
        case .idle: return state.socketBecameIdle(self.user, at: time)
        case .active: return state.socketBecameActive(self.user, at: time)
        case .seconds29, .seconds290:
            var changes: [PresenceChange] = []
            _ = state.timePassed(at: time, now: now, into: &changes)
            return changes.first
        }
    }
}

private struct Rules {
    var now: UInt64 = 0
    var active = 0
    var idle = 0
    var lastClose: UInt64?
    var lastHeartbeat: UInt64?
    var lastSeen: Int64?
    var leftIdle = false

    /// Only what sockets can do; the rest is in `PresenceStateTests`.
    func allows(_ input: PresenceModelTests.Input) -> Bool {
        switch input {
        case .closedActive, .idle: self.active > 0
        case .closedIdle, .active: self.idle > 0
        default: true
        }
    }

    var status: PresenceStatus {
        if self.active > 0 { return .online }
        if self.idle > 0 { return .away }
        let inGrace = self.lastClose.map { self.now < $0 + 30 } ?? false
        let isBeating = self.lastHeartbeat.map { self.now < $0 + 300 } ?? false
        guard inGrace || isBeating else { return .offline }
        return self.leftIdle ? .away : .online
    }

    mutating func take(_ input: PresenceModelTests.Input) {
        switch input {
        case .opened: self.active += 1
        case .closedActive, .closedIdle:
            if input == .closedIdle { self.idle -= 1 } else { self.active -= 1 }
            guard self.active + self.idle == 0 else { break }
            self.lastClose = self.now
            self.lastHeartbeat = nil
            self.leftIdle = input == .closedIdle
        case .heartbeat:
            self.lastHeartbeat = self.now
            self.leftIdle = false
        case .idle:
            self.active -= 1
            self.idle += 1
        case .active:
            self.idle -= 1
            self.active += 1
        case .seconds29: self.now += 29
        case .seconds290: self.now += 290
        }
        switch input {
        case .opened, .closedActive, .closedIdle, .heartbeat: self.lastSeen = Int64(self.now)
        default: break
        }
    }
}
