/// Asks the same request again and again until the measured window is over.
final class Repetition: Conversation {
    private let bytes: [UInt8]
    private let status: Int
    private let tally: LoadTally
    private var askedAt = ContinuousClock.now

    /// Every answer must have `status`.
    init(_ request: [UInt8], status: Int, tally: LoadTally) {
        self.bytes = request
        self.status = status
        self.tally = tally
    }

    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) -> Turn {
        if self.tally.isOver { return .finished }
        self.askedAt = now
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
