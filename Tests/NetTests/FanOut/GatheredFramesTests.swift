import NIOCore
import Testing

@testable import Net

@Suite struct GatheredFramesTests {
    private static func frame(_ byte: UInt8, count: Int = 100) -> ByteBuffer {
        ByteBuffer(repeating: byte, count: count)
    }

    private static func taken(from gathered: inout GatheredFrames) -> [ByteBuffer] {
        var frames: [ByteBuffer] = []
        while let frame = gathered.next() { frames.append(frame) }
        return frames
    }

    @Test(arguments: 0..<20) func `frames are handed out once, in order`(count: Int) {
        var gathered = GatheredFrames()
        let frames = (0..<count).map { Self.frame(UInt8($0)) }
        // Twice, since the second time there is room that was kept.
        for _ in 0..<2 {
            for frame in frames { gathered.append(frame) }
            #expect(Self.taken(from: &gathered) == frames)
        }
    }

    @Test func `what comes while the others are handed out is behind them`() {
        var gathered = GatheredFrames()
        for byte in 0..<3 { gathered.append(Self.frame(UInt8(byte))) }
        #expect(gathered.next() == Self.frame(0))
        gathered.append(Self.frame(3))
        #expect(gathered.next() == Self.frame(1))
        gathered.append(Self.frame(4))
        #expect(Self.taken(from: &gathered) == (2...4).map { Self.frame(UInt8($0)) })
    }

    @Test func `more than 64 KiB does not gather`() {
        var gathered = GatheredFrames()
        gathered.append(Self.frame(1, count: 64 * 1024))
        #expect(!gathered.isFull)
        gathered.append(Self.frame(2, count: 1))
        #expect(gathered.isFull)
        _ = gathered.next()
        #expect(!gathered.isFull)
    }
}
