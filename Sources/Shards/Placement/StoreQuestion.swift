/// What a request needs to know of the store before it can go on.
///
/// Each question is followed by one answer, or is dropped with `ChatShard.drop`: until then the
/// shard keeps what the answer may not show yet.
package struct StoreQuestion: Sendable {
    package private(set) var queries: [HistoryQuery]
    let look: MessageMemory.Look

    /// The same, and first of all which chat the message is of.
    package func asking(for message: MessageID) -> StoreQuestion {
        var question = self
        question.queries.insert(.ids([message]), at: 0)
        return question
    }
}

package struct StoreAnswer: Sendable {
    package let question: StoreQuestion
    /// One a query.
    package let rows: [[StoredMessage]]

    package init(_ rows: [[StoredMessage]], to question: StoreQuestion) {
        self.question = question
        self.rows = rows
    }

    /// Messages that the store was asked for, whether it has them or not.
    var known: Set<MessageID> {
        var known: Set<MessageID> = []
        for case .ids(let ids) in self.question.queries { known.formUnion(ids) }
        return known
    }

    /// Whose message it is; nil where it was not asked for.
    package func owner(of message: MessageID) -> SlotState.Owner? {
        guard self.known.contains(message) else { return nil }
        let row = self.rows.lazy.joined().first { $0.message.id == message }
        return row.map { .chat($0.message.chat) } ?? .nobody
    }
}

/// What a shard says to a request: the end of it, or what it needs first.
package enum Handled<Value: Sendable>: Sendable {
    case done(Shown<Value>)
    case needs(StoreQuestion)
}
