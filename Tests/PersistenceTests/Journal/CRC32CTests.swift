import Persistence
import TestSupport
import Testing

@Suite struct CRC32CTests {
    /// RFC 3720, appendix B.4.
    private static let vectors: [(bytes: [UInt8], checksum: UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
        ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
        ([UInt8](0..<32), 0x46dd_794e),
        ([UInt8]((0..<32).reversed()), 0x113f_db5c),
        (Array("123456789".utf8), 0xe306_9283),
        ([], 0),
    ]

    @Test func `the vectors of the standard hold for both ways`() {
        for (bytes, checksum) in Self.vectors {
            #expect(bytes.withUnsafeBytes { CRC32C.checksum($0) } == checksum)
            #expect(bytes.withUnsafeBytes { CRC32C.checksumByTables($0) } == checksum)
        }
    }

    @Test func `both ways agree on any length and place, and a seed goes on from before`() {
        var random = SeededRandom(seed: 5)
        let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes.withUnsafeBytes { memory in
            for start in 0..<9 {
                for end in start..<memory.count {
                    let part = UnsafeRawBufferPointer(rebasing: memory[start..<end])
                    let seed = UInt32(truncatingIfNeeded: random.next())
                    let checksum = CRC32C.checksum(part, seed: seed)
                    #expect(checksum == CRC32C.checksumByTables(part, seed: seed))
                    let half = part.count / 2
                    let first = CRC32C.checksum(
                        UnsafeRawBufferPointer(rebasing: part[..<half]),
                        seed: seed
                    )
                    let rest = UnsafeRawBufferPointer(rebasing: part[half...])
                    #expect(CRC32C.checksum(rest, seed: first) == checksum)
                }
            }
        }
    }
}
