import NIOCore
import Shards

/// Puts server frames into the bytes of RFC 6455 §5.2: final, text, not masked.
enum TextFrame {
    /// The longest header of a frame.
    static let headerBytesMax = 10

    /// What the frames of an event take up, at most.
    static func byteCountMax(of notice: Notice) -> Int {
        notice.frames.reduce(Frame.endBytesMax) { $0 + $1.count + Self.headerBytesMax + 1 }
    }

    /// The frames of one durable event; only the last has its position.
    static func write(_ notice: Notice, at position: Position, to buffer: inout ByteBuffer) {
        for frame in notice.frames.dropLast() { Self.write(frame, to: &buffer) }
        guard let last = notice.frames.last else { return }
        var end = JSONWriter(reserving: Frame.endBytesMax)
        Frame.writeEnd(seq: position, previous: notice.previous, to: &end)
        Self.writeHeader(opcode: 0x1, count: last.count + end.bytes.count, to: &buffer)
        buffer.writeBytes(last)
        buffer.writeBytes(end.bytes)
    }

    static func single(_ frame: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(
            capacity: frame.count + Self.headerBytesMax + Frame.end.utf8CodeUnitCount
        )
        Self.write(frame, to: &buffer)
        return buffer
    }

    static func write(_ frame: [UInt8], to buffer: inout ByteBuffer) {
        let end = Frame.end.utf8CodeUnitCount
        Self.writeHeader(opcode: 0x1, count: frame.count + end, to: &buffer)
        buffer.writeBytes(frame)
        buffer.writeStaticString(Frame.end)
    }

    /// A frame whose length is known only when it has been written: `write` appends the payload.
    static func written(
        reserving count: Int,
        _ write: (inout ByteBuffer) -> Void
    ) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: Self.headerBytesMax + count)
        buffer.moveWriterIndex(forwardBy: Self.headerBytesMax)
        buffer.moveReaderIndex(forwardBy: Self.headerBytesMax)
        write(&buffer)
        let count = buffer.readableBytes
        let headerCount = count < 126 ? 2 : count <= UInt16.max ? 4 : 10
        let end = buffer.writerIndex
        buffer.moveReaderIndex(to: Self.headerBytesMax - headerCount)
        buffer.moveWriterIndex(to: buffer.readerIndex)
        Self.writeHeader(opcode: 0x1, count: count, to: &buffer)
        buffer.moveWriterIndex(to: end)
        return buffer
    }

    static func writeHeader(opcode: UInt8, count: Int, to buffer: inout ByteBuffer) {
        buffer.writeInteger(0x80 | opcode)
        if count < 126 {
            buffer.writeInteger(UInt8(count))
        } else if count <= UInt16.max {
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(count))
        } else {
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(count))
        }
    }
}
