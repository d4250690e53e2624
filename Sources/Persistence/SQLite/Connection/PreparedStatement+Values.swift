import Shards

extension PreparedStatement {
    mutating func bind(_ value: Bool) throws { try self.bind(value ? 1 as Int64 : 0) }
    mutating func bind(_ id: UserID) throws { try self.bind(Int64(id.rawValue)) }
    mutating func bind(_ id: ChatID) throws { try self.bind(Int64(id.rawValue)) }
    mutating func bind(_ id: MessageID) throws { try self.bind(id.rawValue) }
    mutating func bind(_ id: ReactionID) throws { try self.bind(id.rawValue) }
    mutating func bind(_ position: Position) throws { try self.bind(position.rawValue) }
    mutating func bind(_ time: Timestamp) throws { try self.bind(time.microseconds) }

    mutating func bind(_ text: String?) throws {
        if let text { try self.bind(text) } else { try self.bindNull() }
    }

    mutating func bind(_ id: MessageID?) throws {
        if let id { try self.bind(id) } else { try self.bindNull() }
    }

    mutating func bind(_ time: Timestamp?) throws {
        if let time { try self.bind(time) } else { try self.bindNull() }
    }

    mutating func bind(_ value: Bool?) throws {
        if let value { try self.bind(value) } else { try self.bindNull() }
    }

    mutating func bindText(_ utf8: [UInt8]?) throws {
        if let utf8 { try self.bindText(utf8) } else { try self.bindNull() }
    }

    /// A bound of ids that are looked for: one that no column can hold is above all there are.
    mutating func bind(bound id: MessageID) throws {
        try self.bind(Int64(clamping: id.rawValue))
    }
}

extension PreparedStatement {
    mutating func bool() throws -> Bool { try self.integer(Int64.self) != 0 }
    mutating func user() throws -> UserID { UserID(rawValue: try self.integer()) }
    mutating func chat() throws -> ChatID { ChatID(rawValue: try self.integer()) }
    mutating func message() throws -> MessageID { MessageID(rawValue: try self.integer()) }
    mutating func reaction() throws -> ReactionID { ReactionID(rawValue: try self.integer()) }
    mutating func position() throws -> Position { Position(rawValue: try self.integer()) }
    mutating func time() throws -> Timestamp { Timestamp(microseconds: try self.integer()) }

    /// Where it is not NULL, reads the next column.
    mutating func optional<Value>(
        _ read: (inout PreparedStatement) throws -> Value
    ) throws -> Value? {
        guard !self.isNull() else {
            self.skip()
            return nil
        }
        return try read(&self)
    }
}
