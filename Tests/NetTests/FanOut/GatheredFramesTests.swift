import NIOCore
import Testing

@testable import Net

@Suite struct GatheredFramesTests {
    private static func frame(_ byte: UInt8, count: Int = 100) -> ByteBuffer {
        ByteBuffer(repeating: byte, count: count)
    }

    @Test func `frames are handed out once, in order`() {
        var gathered = GatheredFrames()
        for byte in 0..<3 { gathered.append(Self.frame(UInt8(byte))) }
        #expect(gathered.byteCount == 300)
        let frames = gathered.takeAll()
        #expect(frames == (0..<3).map { Self.frame($0) })
        #expect(gathered.byteCount == 0)
        gathered.reuse(frames)
        #expect(gathered.takeAll().isEmpty)
    }

    @Test func `what comes while the others are handed on is kept`() {
        var gathered = GatheredFrames()
        gathered.append(Self.frame(1))
        let frames = gathered.takeAll()
        gathered.append(Self.frame(2))
        gathered.reuse(frames)
        #expect(gathered.takeAll() == [Self.frame(2)])
    }

    @Test func `more than 64 KiB does not gather`() {
        var gathered = GatheredFrames()
        gathered.append(Self.frame(1, count: 64 * 1024))
        #expect(!gathered.isFull)
        gathered.append(Self.frame(1, count: 1))
        #expect(gathered.isFull)
        _ = gathered.takeAll()
        #expect(!gathered.isFull)
    }
}
