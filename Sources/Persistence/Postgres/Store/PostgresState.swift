import Shards

/// The one row of `nodus_state`.
enum PostgresState {
    /// All integers here, and the epoch is digits, so that they may stand in the text.
    static let select = """
        SELECT epoch::text, applied_position, legacy_message_id, newest_user, newest_chat,
            newest_message, newest_reaction
        FROM nodus_state
        """

    static func adopt(_ state: StoreState) -> String {
        """
        UPDATE nodus_state SET
            epoch = \(state.epoch.map { "'\($0.text)'" } ?? "NULL"),
            applied_position = \(state.applied.rawValue),
            legacy_message_id = \(state.legacyMessages.rawValue),
            \(self.newest(state.newest))
        """
    }

    static func advance(_ state: StoreState) -> String {
        """
        UPDATE nodus_state SET
            applied_position = \(state.applied.rawValue),
            \(self.newest(state.newest))
        """
    }

    private static func newest(_ newest: NewestIDs) -> String {
        """
        newest_user = greatest(newest_user, \(newest.user.rawValue)),
            newest_chat = greatest(newest_chat, \(newest.chat.rawValue)),
            newest_message = greatest(newest_message, \(newest.message.rawValue)),
            newest_reaction = greatest(newest_reaction, \(newest.reaction.rawValue))
        """
    }

    static func read(_ result: PostgresResult) throws(PostgresError) -> StoreState {
        var state: StoreState?
        try result.forEachRow { row throws(PostgresError) in state = try Self.read(&row) }
        guard let state, result.rowCount == 1 else {
            throw .malformed("nodus_state has \(result.rowCount) rows, and has to have one")
        }
        return state
    }

    private static func read(_ row: inout PostgresRow) throws(PostgresError) -> StoreState {
        let epoch = try row.optionalText()
        var state = StoreState(
            epoch: epoch.flatMap { Epoch(text: $0) },
            applied: Position(rawValue: try row.unsigned64()),
            legacyMessages: MessageID(rawValue: try row.unsigned64())
        )
        guard (state.epoch == nil) == (epoch == nil) else {
            throw .malformed("the epoch in nodus_state is not one")
        }
        state.newest.user = UserID(rawValue: try row.unsigned32())
        state.newest.chat = ChatID(rawValue: try row.unsigned32())
        state.newest.message = MessageID(rawValue: try row.unsigned64())
        state.newest.reaction = ReactionID(rawValue: try row.unsigned64())
        return state
    }
}

extension Epoch {
    /// What `text` gives; nil for anything else.
    fileprivate init?(text: String) {
        let digits = Substring(text)
        guard digits.utf8.count == 32, digits.allSatisfy(\.isHexDigit),
            let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}
