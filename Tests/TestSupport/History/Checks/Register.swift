/// What one thing may be in the end, when several people change it and some answers never came.
///
/// Two rules, both sound: neither calls a correct server wrong.
/// - **By the answers.** A write was the last one only if no other write that certainly happened was
///   invoked after its answer.
/// - **By the events.** After the newest event that was seen, only a write can have come that has
///   not been seen itself. (A write makes at most one event.)
struct Register<Value: Hashable & Sendable> {
    enum Contradiction {
        case lost
        case lostBroadcast
        case phantom
    }

    private var numbers: [Int] = []
    private var values: [Value] = []
    private var seen: [EventPosition: Value] = [:]

    mutating func invoked(_ number: Int, writing value: Value) {
        self.numbers.append(number)
        self.values.append(value)
    }

    mutating func saw(_ value: Value, at position: EventPosition) {
        self.seen[position] = value
    }

    /// What is wrong with `found`, read when all was over.
    func contradiction(
        of found: Value,
        startingAs initial: Value,
        _ operations: Operations
    ) -> Contradiction? {
        let writes = self.standingWrites(operations)
        let newestDone = writes.filter { $0.operation.outcome == .done }
            .map(\.operation.invokedAt).max()
        let mayBeLast = writes.contains { write in
            write.value == found && write.operation.mayBeAfter(newestDone)
        }
        guard mayBeLast || (newestDone == nil && found == initial) else {
            let wasOnce = found == initial || writes.contains { $0.value == found }
            return newestDone != nil && wasOnce ? .lost : .phantom
        }
        guard let newest = self.seen.max(by: { $0.key < $1.key }), newest.value != found else {
            return nil
        }
        let unseenCount =
            writes.count { $0.value == found } - self.seen.values.count { $0 == found }
        return unseenCount > 0 ? nil : .lostBroadcast
    }

    /// Values that were seen live though every write of them was refused.
    func phantoms(startingAs initial: Value, _ operations: Operations) -> Set<Value> {
        let possible = Set(self.standingWrites(operations).map(\.value)).union([initial])
        return Set(self.seen.values).subtracting(possible)
    }

    private func standingWrites(
        _ operations: Operations
    ) -> [(value: Value, operation: Operation)] {
        zip(self.numbers, self.values).compactMap { number, value in
            guard let operation = operations[number], operation.outcome != .refused else {
                return nil
            }
            return (value, operation)
        }
    }
}

extension Operation {
    /// Whether it may have had its effect after that of one that was invoked at `place`.
    fileprivate func mayBeAfter(_ place: Int?) -> Bool {
        guard self.outcome == .done, let place, let answeredAt = self.answeredAt else {
            return self.outcome == .open
        }
        return answeredAt > place
    }
}

/// The place of an event in all that has happened: its `seq`, in one of the epochs, which are
/// counted in the order in which readers met them.
struct EventPosition: Hashable, Comparable {
    let epoch: Int
    let seq: Int

    static func < (one: Self, other: Self) -> Bool {
        (one.epoch, one.seq) < (other.epoch, other.seq)
    }
}
