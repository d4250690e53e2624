/// Asks the same requests in turn, again and again, until the measured window is over.
final class Repetition: Conversation {
    struct Step {
        let bytes: [UInt8]
        /// Of every answer to it.
        let status: Int
    }

    private let steps: [Step]
    private var place = 0
    private let tally: LoadTally
    private var schedule: Schedule?
    private var askedAt = ContinuousClock.now

    /// Without a schedule it asks when it has been answered.
    init(_ steps: [Step], tally: LoadTally, schedule: Schedule? = nil) {
        self.steps = steps
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
        output.append(contentsOf: self.steps[self.place].bytes)
        return .sent
    }

    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws {
        guard answer.status == self.steps[self.place].status else {
            throw Failure(answer.summary)
        }
        self.place = (self.place + 1) % self.steps.count
        self.tally.answered(
            at: now,
            after: now - self.askedAt,
            bodyBytes: answer.body.count
        )
    }

    func undecided(status: Int?, at now: ContinuousClock.Instant) { self.tally.deferred() }
}
