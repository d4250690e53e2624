package import Shards

/// What a snapshot is taken of. Each call gives one stretch, as it is at that moment; requests go on
/// between the calls. Calls block, and are made from one thread that may be blocked.
package protocol SnapshotSource: Sendable {
    var shardCount: Int { get }

    /// Stretches begin at 0, and where the last one says that the next does.
    func accounts(from start: Int) -> (accounts: AccountStretch, next: Int?)
    func sessions(from start: Int) -> (sessions: [SessionID: Session], next: Int?)
    func chats(of shard: Int, from start: Int) -> ShardState.ChatStretch
    func marks(
        of shard: Int,
        from start: Int
    ) -> (marks: [(mark: IdempotencyMark, slot: Slot)], next: Int?)

    func rest(of shard: Int) -> ShardRest
    func directoryRest() -> DirectoryRest
    var legacy: LegacyMessages { get }
}

/// What little there is of a shard beside chats and marks.
package struct ShardRest: Sendable {
    package let slots: [SlotState]
    package let deleted: Set<ChatID>

    package init(of state: ShardState) {
        self.slots = state.slots
        self.deleted = state.deleted
    }
}

/// What little there is of the Directory beside accounts and sessions.
package struct DirectoryRest: Sendable {
    package let endedSessions: [SessionID: Timestamp]
    package let reservations: [DirectoryState.ChatReservation]
    /// The highest ids that were handed out.
    package let newestUser: UInt32
    package let newestChat: UInt32

    package init(of state: DirectoryState) {
        self.endedSessions = state.endedSessions
        self.reservations = state.reservations
        self.newestUser = state.nextUser.rawValue - 1
        self.newestChat = state.newestChat
    }
}
