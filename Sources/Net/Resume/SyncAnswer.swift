import Shards

/// What `GET /sync` answers: the frames that a socket would have been sent.
struct SyncAnswer {
    /// The most events, and about how many bytes, that one answer has.
    static let eventsMax = 1_000
    static let bytesMax = 1 << 20

    /// To be given as the next `since`.
    private var seq: Position
    private let chats: [ChatID]
    private var events = JSONWriter(reserving: 1024)
    private var hasMore = false

    init(_ plan: ResumePlan, chats: [ChatID], recent: RecentEvents) {
        self.chats = chats.sorted()
        self.seq = recent.last
        if plan.isLost { self.add(Frame.resync) }
        for chat in plan.unknownChats.sorted() { self.add(Frame.chatResync(chat)) }
        for (count, missed) in plan.missed.enumerated() {
            guard count < Self.eventsMax, self.events.bytes.count < Self.bytesMax else {
                self.seq = plan.missed[count - 1].position
                self.hasMore = true
                return
            }
            // The plan is as fresh as `recent`: it is there.
            guard let notice = recent.notice(at: missed.position) else { continue }
            for frame in notice.frames.dropLast() { self.add(frame) }
            guard let last = notice.frames.last else { continue }
            self.separate()
            self.events.raw(last)
            Frame.writeEnd(seq: missed.position, previous: notice.previous, to: &self.events)
        }
    }

    private mutating func separate() {
        if !self.events.bytes.isEmpty { self.events.raw(",") }
    }

    private mutating func add(_ frame: [UInt8]) {
        self.separate()
        self.events.raw(frame)
        self.events.raw(Frame.end)
    }

    func write(epoch: Epoch, to json: inout JSONWriter) {
        json.raw("{\"epoch\":")
        json.string(epoch.text)
        json.raw(",\"seq\":")
        json.integer(self.seq.rawValue)
        json.raw(",\"chats\":")
        json.array(self.chats) { $1.integer($0.rawValue) }
        json.raw(",\"events\":[")
        json.raw(self.events.bytes)
        json.raw("],\"has_more\":")
        json.bool(self.hasMore)
        json.raw("}")
    }
}
