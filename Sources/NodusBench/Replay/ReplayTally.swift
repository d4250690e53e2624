/// What the chats of one replay share: the sessions, the history, and the counts.
final class ReplayTally {
    let sessions: Sessions
    let history: History?
    /// Nanoseconds from the first time that a message was sent until it was acknowledged.
    private(set) var latencies = Latencies()
    private(set) var changedMembershipCount = 0
    private(set) var refusals: [String] = []
    private(set) var refusalCount = 0

    private static let shownRefusalCountMax = 20

    init(sessions: Sessions, history: History?) {
        self.sessions = sessions
        self.history = history
    }

    var ackedCount: Int { self.latencies.count }

    func acked(after latency: Duration) { self.latencies.add(latency) }

    func changedMembership() { self.changedMembershipCount += 1 }

    func refused(_ what: String) {
        self.refusalCount += 1
        if self.refusals.count < Self.shownRefusalCountMax { self.refusals.append(what) }
    }
}
