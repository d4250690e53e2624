import Shards

/// Encodes rows in the order of `PostgresTable`'s columns.
enum PostgresRows {
    typealias Encoder = PostgresEncoder

    static func write(_ row: RowBatch.Row<User>, to fields: inout Encoder) throws(PostgresError) {
        try fields.int32(row.value.id.rawValue)
        try fields.text(row.value.email)
        try fields.text(row.value.passwordHash)
        try fields.text(row.value.displayName)
        try fields.text(row.value.avatarURL)
        try fields.time(row.value.createdAt)
        try fields.text(row.value.tag)
        try fields.int64(row.position.rawValue)
    }

    static func write(_ row: RowBatch.Row<Chat>, to fields: inout Encoder) throws(PostgresError) {
        try fields.int32(row.value.id.rawValue)
        try fields.text(row.value.title)
        fields.bool(row.value.isGroup)
        try fields.time(row.value.createdAt)
        try fields.int64(row.position.rawValue)
    }

    /// Of a row that is known as a whole.
    static func write(
        _ row: MemberRow,
        _ member: Member,
        to fields: inout Encoder
    ) throws(PostgresError) {
        try fields.int32(row.chat.rawValue)
        try fields.int32(row.user.rawValue)
        try fields.text(member.role.text)
        try fields.time(member.joinedAt)
        fields.bool(member.isPresent)
        try fields.int64(member.joinedAfter.rawValue)
        try fields.int64(member.readThrough.rawValue)
        try fields.time(row.readAt)
        try fields.int64(row.position.rawValue)
    }

    static func write(_ row: AbsenceRow, to fields: inout Encoder) throws(PostgresError) {
        try fields.int32(row.chat.rawValue)
        try fields.int32(row.absence.user.rawValue)
        try fields.int64(row.absence.through.rawValue)
        try fields.int64(row.absence.after.rawValue)
    }

    static func write(
        _ row: RowBatch.Row<Message>,
        to fields: inout Encoder
    ) throws(PostgresError) {
        let message = row.value
        let columns = message.columns
        try fields.int64(message.id.rawValue)
        try fields.int32(message.chat.rawValue)
        try fields.int32(message.author == .nobody ? nil : message.author.rawValue)
        try fields.text(columns.kind)
        try fields.text(columns.content)
        try fields.bytes(columns.payload)
        try fields.time(message.ts)
        try fields.int64(columns.replyTo?.rawValue)
        fields.bool(message.isDeleted)
        try fields.time(columns.deletedAt)
        try fields.time(columns.updatedAt)
        try fields.int64(row.position.rawValue)
    }

    static func write(
        _ row: ReactionRow,
        _ reaction: Reaction,
        to fields: inout Encoder
    ) throws(PostgresError) {
        try fields.int64(row.message.rawValue)
        try fields.int32(row.user.rawValue)
        try fields.text(row.emoji)
        try fields.int64(reaction.id.rawValue)
        try fields.time(reaction.createdAt)
        try fields.int64(row.position.rawValue)
    }
}
