import Logging
import Persistence
import Shards

/// A journal that is written, and read back into a shard as at a start.
enum ReplayCost {
    private static let chat = ChatID(rawValue: 1)
    private static let time = Timestamp(microseconds: 1_730_800_800_123_456)

    /// Writes `count` messages of 250 bytes of text into a new folder.
    static func write(_ count: Int, in folder: String) throws {
        let journal = try Self.open(folder) { _, _, _ in }
        let person = UserID(rawValue: 1)
        let row = Chat(id: self.chat, title: "Costs", isGroup: true, createdAt: self.time)
        let member = Member(
            user: person,
            role: .admin,
            joinedAt: self.time,
            joinedAfter: MessageID(rawValue: 0)
        )
        Self.offer(.created(row, members: [member]), to: journal)
        let text = String(repeating: "word ", count: 50)
        let draft = Message.Draft(kind: "text", content: text, payload: nil, replyTo: nil)
        for number in 1...max(1, count) {
            let message = Message(
                draft,
                id: MessageID(rawValue: UInt64(number) << 10 | UInt64(self.chat.slot.rawValue)),
                chat: self.chat,
                author: person,
                ts: self.time
            )
            Self.offer(.messageSent(message), to: journal)
        }
        journal.start { _ in }
        journal.close()
    }

    /// - Returns: how many events there were.
    static func replay(_ folder: String) throws -> Int {
        var shard = ShardState(index: 0, of: 1)
        var count = 0
        let journal = try Self.open(folder) { position, event, mark in
            guard case .chat(let chat, let change) = event else { return }
            shard.apply(change, to: chat, mark: mark, at: position)
            count += 1
        }
        journal.close()
        return count
    }

    private static func offer(_ event: ChatEvent, to journal: Journal) {
        _ = journal.offer(.chat(self.chat, event), mark: nil, notice: .silent)
    }

    private static func open(
        _ folder: String,
        replay: (Position, Event, IdempotencyMark?) -> Void
    ) throws -> Journal {
        try Journal.open(
            JournalSettings(folder: folder),
            logger: Logger(label: "costs"),
            replay: replay
        )
    }
}
