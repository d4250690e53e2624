import CLZ4

/// One frame of LZ4 (lz4_Frame_format.md 1.6), with the checksums that are off by default: of each
/// block and of the content.
enum LZ4Frame {
    private static var preferences: LZ4F_preferences_t {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockSizeID = LZ4F_max1MB
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled
        return preferences
    }

    /// The most that a frame of so much content takes.
    static func bound(_ byteCount: Int) -> Int {
        var preferences = Self.preferences
        return LZ4F_compressFrameBound(byteCount, &preferences)
    }

    /// - Returns: how many bytes of `target`, which holds `bound(source.count)`, are the frame.
    static func compress(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) -> Int {
        var preferences = Self.preferences
        preferences.frameInfo.contentSize = UInt64(source.count)
        let count = LZ4F_compressFrame(
            target.baseAddress,
            target.count,
            source.baseAddress,
            source.count,
            &preferences
        )
        precondition(LZ4F_isError(count) == 0, "the target holds what a frame takes at most")
        return count
    }

    /// Whether the source was one whole frame that fits its checksums and filled the target exactly.
    static func decompress(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var context: OpaquePointer?
        let code = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(code) == 0 else { return false }
        defer { LZ4F_freeDecompressionContext(context) }
        var read = 0
        var written = 0
        while true {
            var sourceCount = source.count - read
            var targetCount = target.count - written
            let hint = LZ4F_decompress(
                context,
                target.baseAddress?.advanced(by: written),
                &targetCount,
                source.baseAddress?.advanced(by: read),
                &sourceCount,
                nil
            )
            guard LZ4F_isError(hint) == 0 else { return false }
            read += sourceCount
            written += targetCount
            if hint == 0 { return read == source.count && written == target.count }
            // Neither more to read nor room to write: the frame is cut off or too long.
            guard sourceCount > 0 || targetCount > 0 else { return false }
        }
    }
}
