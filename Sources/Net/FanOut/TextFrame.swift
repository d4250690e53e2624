import NIOCore
import Shards

/// Puts server frames into the bytes of RFC 6455 §5.2: final, text, not masked.
enum TextFrame {
    /// The frames of one durable event; only the last has its position.
    static func joined(_ frames: [[UInt8]], seq: Position, previous: Position) -> ByteBuffer {
        var end = JSONWriter(reserving: 64)
        Frame.writeEnd(seq: seq, previous: previous, to: &end)
        let size = frames.reduce(0) { $0 + $1.count + 12 } + end.bytes.count
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        for frame in frames.dropLast() { Self.write(frame, to: &buffer) }
        if let last = frames.last {
            Self.writeHeader(opcode: 0x1, count: last.count + end.bytes.count, to: &buffer)
            buffer.writeBytes(last)
            buffer.writeBytes(end.bytes)
        }
        return buffer
    }

    static func single(_ frame: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: frame.count + 12)
        Self.write(frame, to: &buffer)
        return buffer
    }

    private static func write(_ frame: [UInt8], to buffer: inout ByteBuffer) {
        let end = Frame.end.utf8CodeUnitCount
        Self.writeHeader(opcode: 0x1, count: frame.count + end, to: &buffer)
        buffer.writeBytes(frame)
        buffer.writeStaticString(Frame.end)
    }

    /// The longest header of a frame.
    static let headerBytesMax = 10

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
