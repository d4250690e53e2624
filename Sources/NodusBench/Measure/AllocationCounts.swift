import Foundation

/// What `Benchmarks/allocations/counter.c` has counted in a server by now.
struct AllocationCounts {
    let allocations: Int
    let writes: Int

    private static let byteCount = 16

    init(of path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        guard bytes.count == Self.byteCount else { throw Failure("\(path) holds no counts") }
        (self.allocations, self.writes) = bytes.withUnsafeBytes { bytes in
            (
                Int(bytes.loadUnaligned(as: UInt64.self)),
                Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
