/// Asks a list of requests one after the other, each of which must succeed.
final class Errand: Conversation {
    private let requests: [Request]
    private let whenAnswered: (Answer) throws -> Void
    private var place = 0

    init(_ requests: [Request], whenAnswered: @escaping (Answer) throws -> Void = { _ in }) {
        self.requests = requests
        self.whenAnswered = whenAnswered
    }

    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) -> Turn {
        guard self.place < self.requests.count else { return .finished }
        self.requests[self.place].append(to: &output)
        return .sent
    }

    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws {
        guard 200..<300 ~= answer.status else {
            throw Failure("\(self.requests[self.place].path): \(answer.summary)")
        }
        self.place += 1
        try self.whenAnswered(answer)
    }

    func undecided(status: Int?, at now: ContinuousClock.Instant) {}
}
