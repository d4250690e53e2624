import Testing

@testable import NodusBench

struct DialectTests {
    /// Feeds a stream in two pieces, and what is left of the first before the second, as a run does.
    private func numbers(
        in stream: [UInt8],
        cutAt place: Int,
        _ dialect: any Dialect
    ) throws -> [Int] {
        var numbers: [Int] = []
        let hear = { (heard: Heard) in
            if case .message(let number, _) = heard { numbers.append(number) }
        }
        let first = Array(stream[..<place])
        let used = try first.withUnsafeBytes { try dialect.read($0, hear) }
        let rest = Array(first[used...]) + stream[place...]
        let usedOfRest = try rest.withUnsafeBytes { try dialect.read($0, hear) }
        #expect(usedOfRest == rest.count)
        return numbers
    }

    @Test func `messages of nats are read wherever the stream is cut`() throws {
        let dialect = NATSDialect(isListening: true, payloadByteCount: 30)
        var stream = Array("INFO {\"server_id\":\"x\"}\r\nPONG\r\n".utf8)
        for number in 0..<3 {
            stream += Array("MSG fanout 1 30\r\n".utf8)
            stream += MessageNumber.payload(number, byteCount: 30) + [13, 10]
        }
        for place in stream.indices {
            #expect(try self.numbers(in: stream, cutAt: place, dialect) == [0, 1, 2])
        }
    }

    @Test func `messages of a broker are read wherever the stream is cut`() throws {
        let dialect = MQTTDialect(name: "a", isListening: true, payloadByteCount: 400)
        var stream: [UInt8] = [0x20, 2, 0, 0, 0x90, 3, 0, 1, 0]
        for number in 0..<3 { dialect.append(number, to: &stream) }
        for place in stream.indices {
            #expect(try self.numbers(in: stream, cutAt: place, dialect) == [0, 1, 2])
        }
    }

    @Test(arguments: [
        "-ERR 'Slow Consumer'\r\n", "\r\n", "MSG fanout 1 x\r\n", "MSG f 1 3\r\nabc\r\n",
    ])
    func `what nats does not say to us ends the run`(text: String) {
        let dialect = NATSDialect(isListening: true, payloadByteCount: 30)
        #expect(throws: Failure.self) {
            try self.numbers(in: Array(text.utf8), cutAt: 0, dialect)
        }
    }

    @Test func `a frame of ours has its number and its position`() throws {
        let dialect = NodusDialect(token: [], chat: 1, contentByteCount: 20)
        let frame = """
            {"event":"message.created","data":{"id":5,"content":"#0000000042xx"},"seq":70,"prev":9}
            """
        var heardNumbers: [Int] = []
        var positions: [UInt64?] = []
        try frame.utf8.withContiguousStorageIfAvailable { bytes in
            _ = try dialect.read(UnsafeRawBufferPointer(bytes)) { heard in
                guard case .message(let number, let position) = heard else { return }
                heardNumbers.append(number)
                positions.append(position)
            }
        }
        #expect(heardNumbers == [42])
        #expect(positions == [70])
    }

    @Test func `a refused message ends the run`() {
        let dialect = NodusDialect(token: [], chat: 1, contentByteCount: 20)
        let reply = Array("{\"reply\":1,\"status\":429,\"retry_after\":1}".utf8)
        #expect(throws: Failure.self) {
            try reply.withUnsafeBytes { try dialect.read($0) { _ in } }
        }
    }
}
