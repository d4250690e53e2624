import CLZ4

/// One block of LZ4 without a frame: the batch around it has the lengths and the checksum.
enum LZ4Block {
    /// Compresses to the end of `target`.
    ///
    /// - Returns: false, with `target` as it was, where fewer than `saved` bytes would be saved.
    static func append(
        _ source: UnsafeRawBufferPointer,
        saving saved: Int,
        to target: inout [UInt8]
    ) -> Bool {
        let room = source.count - saved
        guard room > 0, source.count <= Int(LZ4_MAX_INPUT_SIZE) else { return false }
        let start = target.count
        target.append(contentsOf: repeatElement(0, count: room))
        let count = target.withUnsafeMutableBytes { memory in
            LZ4_compress_default(
                source.baseAddress?.assumingMemoryBound(to: CChar.self),
                memory.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self),
                Int32(source.count),
                Int32(room)
            )
        }
        target.removeLast(room - Int(count))
        return count > 0
    }

    /// Whether the block was whole and filled the target exactly.
    static func decompress(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let sourceCount = Int32(exactly: source.count),
            let targetCount = Int32(exactly: target.count)
        else { return false }
        let count = LZ4_decompress_safe(
            source.baseAddress?.assumingMemoryBound(to: CChar.self),
            target.baseAddress?.assumingMemoryBound(to: CChar.self),
            sourceCount,
            targetCount
        )
        return count == targetCount
    }
}
