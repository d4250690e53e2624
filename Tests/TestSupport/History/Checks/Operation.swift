/// What is known of an invocation. A place is the number of a line of the history.
struct Operation {
    enum Outcome {
        /// It may have had its effect, or not.
        case open
        case done
        case refused
    }

    let invocation: Invocation
    let invokedAt: Int
    private(set) var outcome = Outcome.open
    /// The place of the last decisive answer.
    private(set) var answeredAt: Int?

    init(_ invocation: Invocation, at place: Int) {
        self.invocation = invocation
        self.invokedAt = place
    }

    /// One success outweighs all refusals: those came of being asked too early, or once more.
    mutating func answered(_ answer: Answer, at place: Int) {
        switch answer.outcome {
        case .unknown: return
        case .done: self.outcome = .done
        case .refused: if self.outcome != .done { self.outcome = .refused }
        }
        self.answeredAt = place
    }
}

/// By number.
typealias Operations = [Int: Operation]
