import GRDB
import Shards

/// The one row of `nodus_state`.
struct StateRow {
    let database: Database

    func read() throws -> StoreState {
        var row = try PreparedStatement(
            """
            SELECT epoch, applied_position, legacy_message_id, newest_user, newest_chat,
                newest_message, newest_reaction
            FROM nodus_state
            """,
            in: self.database
        )
        guard try row.step() else { throw StoreError.unusable("nodus_state has no row") }
        let text = try row.optional { $0.text() }
        let epoch = text.flatMap(Self.epoch(of:))
        guard (epoch == nil) == (text == nil) else {
            throw StoreError.unusable("nodus_state has an epoch that is none")
        }
        var state = StoreState(
            epoch: epoch,
            applied: try row.position(),
            legacyMessages: try row.message()
        )
        state.newest.user = try row.user()
        state.newest.chat = try row.chat()
        state.newest.message = try row.message()
        state.newest.reaction = try row.reaction()
        return state
    }

    /// The newest ids never go down.
    func write(_ state: StoreState) throws {
        var row = try PreparedStatement(
            """
            UPDATE nodus_state SET epoch = ?, applied_position = ?, legacy_message_id = ?,
                newest_user = max(newest_user, ?), newest_chat = max(newest_chat, ?),
                newest_message = max(newest_message, ?), newest_reaction = max(newest_reaction, ?)
            """,
            in: self.database
        )
        try row.bind(state.epoch?.text)
        try row.bind(state.applied)
        try row.bind(state.legacyMessages)
        try row.bind(state.newest.user)
        try row.bind(state.newest.chat)
        try row.bind(state.newest.message)
        try row.bind(state.newest.reaction)
        try row.run()
    }

    /// The reverse of `Epoch.text`.
    private static func epoch(of text: String) -> Epoch? {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        let epoch = Epoch(high: high, low: low)
        return epoch.text == text ? epoch : nil
    }
}
