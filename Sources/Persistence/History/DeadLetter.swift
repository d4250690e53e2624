package import Shards

/// A row that a store refused, with the events that made it, so that it can be tried again.
package struct DeadLetter: Hashable, Sendable {
    /// Given by the store; 0 before that.
    package let id: Int64
    package let position: Position
    /// Such as `messages`.
    package let table: String
    /// The row's key in the table, such as `1024`.
    package let key: String
    /// Entries of `EventCodec`, in the order of their positions.
    package let events: [UInt8]
    /// What the store calls the reason, such as a SQLSTATE.
    package let code: String
    package let reason: String
    package let at: Timestamp

    package init(
        id: Int64 = 0,
        position: Position,
        table: String,
        key: String,
        events: [UInt8],
        code: String,
        reason: String,
        at: Timestamp
    ) {
        self.id = id
        self.position = position
        self.table = table
        self.key = key
        self.events = events
        self.code = code
        self.reason = reason
        self.at = at
    }
}
