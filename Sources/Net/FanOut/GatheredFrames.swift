import NIOCore

/// Frames that a channel is given when its socket is flushed.
///
/// Giving it to the channel is most of what a frame takes before it is flushed, and in a chat of
/// thousands all sockets get theirs in one turn of the loop, while they are flushed in many.
struct GatheredFrames {
    /// More does not gather: the channel is to see what waits.
    private static let byteCountMax = 64 * 1024
    /// What an idle socket keeps room for.
    private static let capacityMax = 8

    /// Nearly always the only one, so it has a place of its own.
    private var first: ByteBuffer?
    private var rest: [ByteBuffer] = []
    private var nextOfRest = 0
    private var byteCount = 0

    var isFull: Bool { self.byteCount > Self.byteCountMax }

    mutating func append(_ frame: ByteBuffer) {
        self.byteCount += frame.readableBytes
        if self.first == nil, self.rest.isEmpty {
            self.first = frame
        } else {
            self.rest.append(frame)
        }
    }

    /// Takes the oldest out. What it leads to may take the others, and add to them.
    mutating func next() -> ByteBuffer? {
        if let frame = self.first {
            self.first = nil
            self.byteCount -= frame.readableBytes
            return frame
        }
        guard self.nextOfRest < self.rest.count else { return nil }
        let frame = self.rest[self.nextOfRest]
        self.nextOfRest += 1
        self.byteCount -= frame.readableBytes
        if self.nextOfRest == self.rest.count { self.forgetRest() }
        return frame
    }

    private mutating func forgetRest() {
        self.nextOfRest = 0
        self.rest.removeAll(keepingCapacity: self.rest.capacity <= Self.capacityMax)
    }
}
