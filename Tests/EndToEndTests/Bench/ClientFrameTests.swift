import Testing

@testable import NodusBench

struct ClientFrameTests {
    @Test(arguments: [0, 1, 125, 126, 65_535, 65_536])
    func `a client's frame is masked, and as long as it says`(count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var frame: [UInt8] = []
        ClientFrame.append(FrameHeader.binary, payload, to: &frame)
        let headCount = frame.count - count - 4
        #expect(frame[0] == 0x82)
        #expect(frame[1] & 0x80 == 0x80)
        let key = Array(frame[headCount..<headCount + 4])
        let unmasked = frame[(headCount + 4)...].enumerated().map { $1 ^ key[$0 & 3] }
        #expect(unmasked == payload)
        // Without the mask it is a server's frame.
        frame[1] &= 0x7f
        frame.withUnsafeBytes { bytes in
            guard case .header(let header) = FrameHeader.parse(bytes, at: 0) else {
                Issue.record("no header")
                return
            }
            #expect(header.byteCount == headCount)
            #expect(header.payloadByteCount == count)
            #expect(header.isFinal && header.opcode == FrameHeader.binary)
        }
    }

    @Test(arguments: [[0x81], [0x81, 126], [0x81, 126, 1], [0x81, 127, 0, 0, 0, 0, 0, 0, 1]])
    func `a header that is cut off is incomplete`(bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            guard case .incomplete = FrameHeader.parse(bytes, at: 0) else {
                Issue.record("not incomplete")
                return
            }
        }
    }

    @Test(arguments: [[0xc1, 0], [0x81, 0x80], [0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 1]])
    func `a server's frame is not masked, has no extension, and a length`(bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            guard case .malformed = FrameHeader.parse(bytes, at: 0) else {
                Issue.record("not malformed")
                return
            }
        }
    }
}
