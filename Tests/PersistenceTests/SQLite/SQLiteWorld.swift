import Glibc
import Persistence
import Shards
import TestSupport
import Testing

/// A history file in a folder of its own, and batches whose rows tell their position.
struct SQLiteWorld {
    static let epoch = Epoch(high: 0x0123_4567_89ab_cdef, low: 1)

    let folder = TemporaryFolder()
    var settings: SQLiteSettings

    init() {
        self.settings = SQLiteSettings(path: "\(self.folder.path)/history.sqlite")
        self.settings.busyTimeout = .milliseconds(50)
        self.settings.readTimeout = .seconds(600)
    }

    var path: String { self.settings.path }
    var store: SQLiteStore { SQLiteStore(self.settings) }

    /// A store that this history fills.
    static func prepared() throws -> SQLiteWorld {
        let world = SQLiteWorld()
        try world.store.prepare()
        let writer = try world.store.writer()
        try writer.adopt(StoreState(epoch: Self.epoch), insteadOf: StoreState())
        return world
    }

    /// One transaction after the other, each with that many messages, a user and a member.
    func write(_ batchCount: Int, messages: Int = 10, with writer: SQLiteWriter) throws {
        for _ in 0..<batchCount { try Self.write(messages: messages, with: writer) }
    }

    static func write(messages: Int, with writer: SQLiteWriter) throws(StoreError) {
        var state = try writer.state()
        try writer.begin(state)
        let batch = Self.batch(after: state.applied, messages: messages)
        try writer.apply(batch)
        state.applied = Position(rawValue: state.applied.rawValue + UInt64(messages))
        state.newest.message = MessageID(rawValue: state.applied.rawValue)
        try writer.commit(state)
    }

    /// Message n is made by the event at position n.
    static func batch(after applied: Position, messages: Int) -> RowBatch {
        var batch = RowBatch()
        for number in (applied.rawValue + 1)...(applied.rawValue + UInt64(messages)) {
            batch.sentMessages.append(
                RowBatch.Row(Self.message(number), at: Position(rawValue: number))
            )
        }
        let newest = Position(rawValue: applied.rawValue + UInt64(messages))
        let title = "through \(newest.rawValue)"
        batch.chats = [RowBatch.Row(Self.chat(title: title), at: newest)]
        return batch
    }

    static func chat(title: String) -> Chat {
        Chat(
            id: ChatID(rawValue: 1),
            title: title,
            isGroup: true,
            createdAt: Timestamp(microseconds: 0)
        )
    }

    static func message(_ number: UInt64, text: String? = nil) -> Message {
        Message(
            Message.Draft(
                kind: "text",
                content: text ?? "message \(number) " + String(repeating: "x", count: 200),
                payload: nil,
                replyTo: nil
            ),
            id: MessageID(rawValue: number),
            chat: ChatID(rawValue: 1),
            author: UserID(rawValue: 1),
            ts: Timestamp(microseconds: Int64(clamping: number))
        )
    }

    /// That the file is whole and holds exactly what its applied position says.
    ///
    /// - Returns: the applied position.
    @discardableResult
    func expectWhole(at least: UInt64 = 0) throws -> UInt64 {
        try self.store.check()
        var ids: [UInt64] = []
        var title: String?
        let state = try self.store.reader().load { row in
            if case .message(let key) = row { ids.append(key.id.rawValue) }
            if case .chat(let chat, _) = row { title = chat.title }
        }
        let applied = state.applied.rawValue
        #expect(applied >= least)
        #expect(ids == Array((0...applied).dropFirst()))
        #expect(title == (applied == 0 ? nil : "through \(applied)"))
        #expect(state.newest.message.rawValue == applied)
        return applied
    }

    // MARK: - The file as bytes

    func bytes(_ suffix: String = "") throws -> [UInt8] {
        let disk = PosixDisk()
        let file = try disk.open(self.path + suffix, for: .reading)
        defer { disk.close(file) }
        let size = try disk.size(of: file)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
        defer { memory.deallocate() }
        return Array(memory[..<(try disk.read(file, into: memory, at: 0))])
    }

    /// - Precondition: no connection is open.
    func overwrite(with bytes: [UInt8], at offset: Int = 0) {
        let descriptor = open(self.path, O_WRONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, offset) }
        #expect(count == bytes.count)
    }

    /// Big-endian, as in SQLite's header.
    func overwrite(_ number: UInt32, at offset: Int) {
        self.overwrite(
            with: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) },
            at: offset
        )
    }
}
