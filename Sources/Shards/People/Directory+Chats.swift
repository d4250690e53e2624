extension Directory {
    /// The contract's `[Chat]`, newest activity first.
    package func list(
        _ summaries: [ChatSummary],
        for user: UserID,
        after position: Position
    ) -> Shown<[UInt8]> {
        let ordered = summaries.sorted { left, right in
            let leftTime = left.updatedAt ?? left.chat.createdAt
            let rightTime = right.updatedAt ?? right.chat.createdAt
            return (rightTime, right.chat.id) < (leftTime, left.chat.id)
        }
        var json = JSONWriter(reserving: summaries.count * 1024)
        json.array(ordered) { self.write($0, for: user, to: &$1) }
        return Shown(json.bytes, after: max(position, self.state.lastPosition))
    }

    /// The contract's `Chat`.
    package func show(_ summary: ChatSummary, for user: UserID) -> Shown<[UInt8]> {
        var json = JSONWriter(reserving: 1024)
        self.write(summary, for: user, to: &json)
        return Shown(json.bytes, after: max(summary.after, self.state.lastPosition))
    }

    /// The contract's `[Member]`.
    package func members(_ summary: ChatSummary, for user: UserID) -> Shown<[UInt8]> {
        var json = JSONWriter(reserving: summary.members.count * 300)
        json.array(summary.members) { member, json in
            json.raw("{\"user_id\":")
            json.integer(member.user.rawValue)
            json.raw(",\"role\":")
            json.raw(member.role == .admin ? "\"admin\"" : "\"member\"")
            json.raw(",\"joined_at\":")
            json.time(member.joinedAt)
            json.raw(",\"user\":")
            self.write(member.user, for: user, to: &json)
            json.raw("}")
        }
        return Shown(json.bytes, after: max(summary.after, self.state.lastPosition))
    }

    private func write(_ summary: ChatSummary, for user: UserID, to json: inout JSONWriter) {
        json.raw("{\"id\":")
        json.integer(summary.chat.id.rawValue)
        json.raw(",\"title\":")
        json.string(summary.chat.title)
        json.raw(",\"is_group\":")
        json.bool(summary.chat.isGroup)
        json.raw(",\"created_at\":")
        json.time(summary.chat.createdAt)
        json.raw(",\"participants\":")
        json.array(summary.members) { self.write($0.user, for: user, to: &$1) }
        json.raw(",\"lastMessagePreview\":")
        if summary.preview.isEmpty { json.null() } else { json.raw(summary.preview) }
        json.raw(",\"lastMessageAuthor\":")
        json.string(summary.previewAuthor.flatMap { self.state.user($0)?.displayName })
        json.raw(",\"updatedAt\":")
        json.time(summary.updatedAt)
        json.raw(",\"unreadCount\":")
        json.integer(summary.unreadCount)
        json.raw("}")
    }

    private func write(_ id: UserID, for reader: UserID, to json: inout JSONWriter) {
        guard let user = self.state.user(id) else { return json.null() }
        user.write(to: &json, showingEmail: id == reader)
    }
}
