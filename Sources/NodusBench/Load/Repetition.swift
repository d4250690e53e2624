/// Asks the same request again and again until the measured window is over.
final class Repetition: Conversation {
    private let bytes: [UInt8]
    private let status: Int
    private let tally: LoadTally
    private var schedule: Schedule?
    private var askedAt = ContinuousClock.now

    /// Every answer must have `status`. Without a schedule it asks when it has been answered.
    init(_ request: [UInt8], status: Int, tally: LoadTally, schedule: Schedule? = nil) {
        self.bytes = request
        self.status = status
        self.tally = tally
        self.schedule = schedule
    }

    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) -> Turn {
        if self.tally.isOver { return .finished }
        switch self.schedule?.next(at: now) {
        case .wait(let until): return .wait(until: until)
        case .ask(let since): self.askedAt = since
        case nil: self.askedAt = now
        }
        output.append(contentsOf: self.bytes)
        return .sent
    }

    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws {
        guard answer.status == self.status else { throw Failure(answer.summary) }
        self.tally.answered(
            at: now,
            after: now - self.askedAt,
            bodyBytes: answer.body.count
        )
    }

    func undecided(status: Int?, at now: ContinuousClock.Instant) { self.tally.deferred() }
}
