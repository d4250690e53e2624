import Fuzzing
import Glibc
import Net
import TestSupport

@main enum FuzzWebSocket {
    static func main() { exit(Fuzzer.run(test)) }
}

/// Bytes of anybody's as what a client sends on a socket: however they are cut, the same comes of
/// them, and no text that is not UTF-8. The first byte says how they are taken, the second where
/// they are cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    guard input.count >= 2 else { return -1 }
    let stride = Int(input[1]) + 1
    let rest = Array(input.dropFirst(2))
    if input[0] % 2 == 0 { readStream(rest, stride) } else { readText(rest, stride) }
    return 0
}

private func readStream(_ stream: [UInt8], _ stride: Int) {
    let whole = actions(of: stream, stride: stream.count)
    precondition(whole == actions(of: stream, stride: stride), "a cut changes what is read")
    for action in whole {
        guard case .text(let text) = action else { continue }
        precondition(String(validating: text, as: UTF8.self) != nil, "not UTF-8")
    }
}

/// The bytes as a text message in as many frames as it takes.
private func readText(_ text: [UInt8], _ stride: Int) {
    var stream: [UInt8] = []
    var start = 0
    repeat {
        let end = min(start + stride, text.count)
        let opcode: WebSocketFrame.Opcode = start == 0 ? .text : .continuation
        let isFinal = end == text.count
        stream += WebSocketFrame(opcode, Array(text[start..<end]), isFinal: isFinal).bytes
        start = end
    } while start < text.count
    let isShort = text.count <= stride * 256 && text.count <= 65_536
    let isText = isShort && String(validating: text, as: UTF8.self) != nil
    let isRead = actions(of: stream, stride: stream.count) == [.text(text)]
    precondition(isRead == isText, "UTF-8 is judged otherwise")
}

private func actions(of stream: [UInt8], stride: Int) -> [WebSocketDecoder.Action] {
    var decoder = WebSocketDecoder()
    var actions: [WebSocketDecoder.Action] = []
    stream.withUnsafeBytes { bytes in
        var start = 0
        while start < bytes.count {
            let end = min(start + stride, bytes.count)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            let (readCount, action) = decoder.next(in: piece)
            start += readCount
            if let action { actions.append(action) }
        }
    }
    return actions
}
