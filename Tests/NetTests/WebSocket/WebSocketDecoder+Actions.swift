import Net

extension WebSocketDecoder {
    /// All that comes of these bytes, which are one read.
    mutating func actions(of bytes: some Collection<UInt8>) -> [Action] {
        let bytes = Array(bytes)
        var actions: [Action] = []
        bytes.withUnsafeBytes { bytes in
            var rest = UnsafeRawBufferPointer(rebasing: bytes[...])
            repeat {
                let (readCount, action) = self.next(in: rest)
                rest = UnsafeRawBufferPointer(rebasing: rest[readCount...])
                guard let action else { break }
                actions.append(action)
            } while true
        }
        return actions
    }

    /// All that comes of a stream which arrives in pieces that end at `cuts`.
    static func actions(of stream: [UInt8], cutAt cuts: [Int]) -> [Action] {
        var decoder = Self()
        var start = 0
        var actions: [Action] = []
        for end in cuts + [stream.count] {
            actions += decoder.actions(of: stream[start..<end])
            start = end
        }
        return actions
    }
}
