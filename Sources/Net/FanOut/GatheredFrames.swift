import NIOCore

/// Frames that a channel is given when its socket is flushed.
///
/// A channel takes some ten times as long over each, and in a chat of thousands all sockets get theirs
/// in one turn of the loop, while sockets are flushed in many.
struct GatheredFrames {
    /// More does not gather: the channel is to see what waits.
    private static let byteCountMax = 64 * 1024
    /// What an idle socket keeps room for.
    private static let capacityMax = 8

    private var frames: [ByteBuffer] = []
    private(set) var byteCount = 0

    var isFull: Bool { self.byteCount > Self.byteCountMax }

    mutating func append(_ frame: ByteBuffer) {
        self.frames.append(frame)
        self.byteCount += frame.readableBytes
    }

    /// All, in order; none is left.
    mutating func takeAll() -> [ByteBuffer] {
        defer { self.byteCount = 0 }
        var taken: [ByteBuffer] = []
        swap(&taken, &self.frames)
        return taken
    }

    /// Takes back the room that `takeAll` took with it.
    mutating func reuse(_ room: consuming [ByteBuffer]) {
        guard self.frames.isEmpty, room.capacity <= Self.capacityMax else { return }
        room.removeAll(keepingCapacity: true)
        self.frames = room
    }
}
