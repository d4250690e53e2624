import CZlib

/// Compression as `Content-Encoding: gzip` means it (RFC 1952), once for what is served many times.
enum Gzip {
    /// With zlib's constant, 15 bits of window and the header and trailer of gzip.
    private static let windowBits: Int32 = 15 + 16
    private static let memoryLevel: Int32 = 9
    /// A start does not wait for what is smaller by a sixth and takes four times as long.
    private static let thoroughByteCountMax = 256 << 10

    /// - Returns: nil where zlib has no memory.
    static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        let begun = deflateInit2_(
            &stream,
            bytes.count > Self.thoroughByteCountMax ? Z_BEST_SPEED : Z_BEST_COMPRESSION,
            Z_DEFLATED,
            Self.windowBits,
            Self.memoryLevel,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            size
        )
        guard begun == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var isWhole = false
        let output = [UInt8](unsafeUninitializedCapacity: bound) { memory, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = memory.baseAddress
                stream.avail_out = UInt32(memory.count)
                isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = memory.count - Int(stream.avail_out)
        }
        return isWhole ? output : nil
    }
}
