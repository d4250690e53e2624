package import Shards

/// A database that holds history: where to get connections to it.
///
/// All calls block, for as long as the settings of the store allow; they are made on threads of
/// their own, and a connection on one thread at a time.
package protocol HistoryStore: Sendable {
    associatedtype Writer: HistoryWriter
    associatedtype Reader: HistoryReader

    /// Makes the tables, or brings them up to this version.
    func prepare() throws(StoreError)
    func writer() throws(StoreError) -> Writer
    func reader() throws(StoreError) -> Reader
}

/// The one connection that writes.
///
/// A batch is `begin`, `apply` once or more, `commit`. After any error but `refused` the
/// transaction is over and the writer is to be thrown away.
package protocol HistoryWriter: AnyObject {
    func state() throws(StoreError) -> StoreState

    /// Gives the store to the journal of `state.epoch`, if it still is as `found`.
    func adopt(_ state: StoreState, insteadOf found: StoreState) throws(StoreError)

    /// Begins a transaction that holds the row of the state, so that no other can overtake it.
    ///
    /// - Throws: `moved` where epoch or applied position are not those of `expected`.
    func begin(_ expected: StoreState) throws(StoreError)

    /// Writes all of the rows or, where one is refused, none of them.
    ///
    /// A row is written where its position is above that of the row that is there, so doing it
    /// again, in order, changes nothing.
    func apply(_ rows: RowBatch) throws(StoreError)

    /// Puts a row aside that was refused.
    func bury(_ letter: DeadLetter) throws(StoreError)

    /// Moves the applied position and the newest ids, and makes the batch durable.
    ///
    /// - Throws: `unavailable` where it is not known whether it has become durable.
    func commit(_ state: StoreState) throws(StoreError)

    func deadLetters() throws(StoreError) -> [DeadLetter]

    /// Within a transaction, as after its row was applied.
    func remove(_ letter: DeadLetter) throws(StoreError)
}

/// One of the connections that read.
package protocol HistoryReader: AnyObject {
    func state() throws(StoreError) -> StoreState

    /// Answers all queries from one moment of the store, each in its order.
    func messages(_ queries: [HistoryQuery]) throws(StoreError) -> [[StoredMessage]]

    /// Walks over everything but the messages' content, from one moment of the store, in the order
    /// of the cases of `HistoryRow`.
    ///
    /// - Returns: the state at that moment.
    func load(_ visit: (HistoryRow) throws(StoreError) -> Void) throws(StoreError) -> StoreState
}

/// What a start needs of a store.
package enum HistoryRow: Sendable {
    case deadLetter(DeadLetter)
    case user(User, lastSeen: Timestamp?, at: Position)
    case chat(Chat, at: Position)
    /// `readAt` is when they read last.
    case member(Member, of: ChatID, readAt: Timestamp?, at: Position)
    /// By ascending `through` within a chat.
    case absence(Absence, of: ChatID)
    /// By chat, then ascending id.
    case message(MessageKey)
    /// The newest message of a chat that is not deleted.
    case preview(StoredMessage)
}
