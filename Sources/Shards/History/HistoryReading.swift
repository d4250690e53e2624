/// Where messages come from that are no longer in memory.
///
/// Persistence conforms. What it gives is at least as new as the position that was confirmed when
/// it was asked; what changed since is laid over it.
package protocol HistoryReading: Sendable {
    /// Answers all queries from one moment of the store, each in its order.
    func messages(_ queries: [HistoryQuery]) async throws(HistoryUnavailable) -> [[StoredMessage]]
}

/// The store is away, too slow or asked too much at once. The same may succeed later.
package struct HistoryUnavailable: Error, Hashable {
    package init() {}
}

/// Which messages to read, with their reactions.
package enum HistoryQuery: Hashable, Sendable {
    /// Those there are of these, by ascending id.
    case ids([MessageID])
    /// The newest with lower ids, by descending id.
    case below(MessageID, of: ChatID, countMax: Int, includesDeleted: Bool)
    /// The oldest with higher ids, by ascending id.
    case above(MessageID, of: ChatID, countMax: Int, includesDeleted: Bool)
    /// Of all chats, by ascending id.
    case everywhere(above: MessageID, countMax: Int)
}
