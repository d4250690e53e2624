/// Renews one person's token ahead of time, so that it does not run out while the clock runs.
final class Renewal: Conversation {
    private let person: Int
    private let sessions: Sessions

    init(of person: Int, in sessions: Sessions) {
        self.person = person
        self.sessions = sessions
    }

    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) -> Turn {
        switch self.sessions.access(of: self.person, at: now) {
        case .token: return .finished
        case .busy: return .wait(until: now + .milliseconds(5))
        case .renew(let request):
            request.append(to: &output)
            return .sent
        }
    }

    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws {
        try self.sessions.renewed(self.person, by: answer, at: now)
    }

    func undecided(status: Int?, at now: ContinuousClock.Instant) {
        self.sessions.renewalWasCut(of: self.person)
    }
}
