import DequeModule
import NIOCore
import Shards

/// What a session has missed and has not been sent yet.
///
/// It holds positions only. The frames are looked up when the session has room for them, so a
/// session that reads slowly costs 16 bytes an event.
struct Replay {
    /// What is sent at a time: enough for one write, and little for those that have gone.
    static let chunkBytes = 64 * 1024

    private var pending: Deque<ResumePlan.Missed>
    /// Chats that are to be fetched anew, because events of theirs were no longer there.
    private var lost: Set<ChatID> = []

    init(_ missed: [ResumePlan.Missed]) {
        self.pending = Deque(missed)
    }

    var isEmpty: Bool { self.pending.isEmpty }
    var count: Int { self.pending.count }

    /// Takes an event that came meanwhile.
    mutating func append(_ position: Position, of chat: ChatID) {
        self.pending.append(ResumePlan.Missed(position: position, chat: chat))
    }

    /// The next frames; empty where all that was left was told before.
    mutating func next(from recent: RecentEvents) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: Self.chunkBytes)
        while buffer.readableBytes < Self.chunkBytes, let missed = self.pending.popFirst() {
            if let notice = recent.notice(at: missed.position) {
                TextFrame.write(notice, at: missed.position, to: &buffer)
            } else if self.lost.insert(missed.chat).inserted {
                TextFrame.write(Frame.chatResync(missed.chat), to: &buffer)
            }
        }
        return buffer
    }
}
