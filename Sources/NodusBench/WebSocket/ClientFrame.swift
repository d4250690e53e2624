/// A frame as clients have to send it: final and masked (RFC 6455 §5.3).
enum ClientFrame {
    /// One key for all: masks guard proxies against scripts, and none stands between here.
    private static let key: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

    static func append(
        _ opcode: UInt8,
        _ payload: some Collection<UInt8>,
        to output: inout [UInt8]
    ) {
        let count = payload.count
        output.append(0x80 | opcode)
        if count < 126 {
            output.append(0x80 | UInt8(count))
        } else if count <= 0xffff {
            output.append(0x80 | 126)
            output.append(UInt8(count >> 8))
            output.append(UInt8(count & 0xff))
        } else {
            output.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                output.append(UInt8(truncatingIfNeeded: count >> shift))
            }
        }
        output.append(contentsOf: Self.key)
        var place = 0
        for byte in payload {
            output.append(byte ^ Self.key[place & 3])
            place += 1
        }
    }
}
