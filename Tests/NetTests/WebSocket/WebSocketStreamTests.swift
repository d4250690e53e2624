import TestSupport
import Testing

@testable import Net

/// However a stream is cut, the same comes of it.
struct WebSocketStreamTests {
    private typealias Action = WebSocketDecoder.Action

    private static func isLike(_ actions: [Action], _ reader: PlainWebSocketReader) -> Bool {
        guard let code = reader.brokenRule else { return actions == reader.actions }
        guard case .fail(let violation) = actions.last else { return false }
        return violation.kind.rawValue == code && actions.dropLast() == reader.actions[...]
    }

    private static let talk: [UInt8] = [
        WebSocketFrame(.text, "{\"id\":1}"),
        WebSocketFrame(.text, "привет, 😀"),
        WebSocketFrame(.ping, "?"),
        WebSocketFrame(.text, []),
        WebSocketFrame(.text, Array("ещё ".utf8.dropLast(3)), isFinal: false),
        WebSocketFrame(.pong, "!"),
        WebSocketFrame(.continuation, [], isFinal: false),
        WebSocketFrame(.continuation, Array("ещё раз".utf8.dropFirst(4))),
        WebSocketFrame(.binary, Array(0...200)),
        WebSocketFrame(.binary, Array(repeating: 0xFF, count: 700)),
        .close(1000, "пока"),
        WebSocketFrame(.text, "late"),
    ].flatMap(\.bytes)

    @Test func `a talk that is cut anywhere is the same talk`() {
        let whole = WebSocketDecoder.actions(of: Self.talk, cutAt: [])
        #expect(whole.count == 8)
        #expect(whole.last == .close(code: 1000, echo: [0x03, 0xE8]))
        #expect(Self.isLike(whole, PlainWebSocketReader(Self.talk)))
        for cut in 0...Self.talk.count {
            let actions = WebSocketDecoder.actions(of: Self.talk, cutAt: [cut])
            if actions != whole { Issue.record("cut at \(cut)") }
        }
        let bytewise = WebSocketDecoder.actions(of: Self.talk, cutAt: Array(0..<Self.talk.count))
        #expect(bytewise == whole)
    }

    @Test(arguments: [
        "text": WebSocketFrame(.text, [0x61], isMasked: false),
        "reserved bits": WebSocketFrame(.text, [0x61], reserved: 2),
        "control in pieces": WebSocketFrame(.ping, [1, 2], isFinal: false),
        "control too long": WebSocketFrame(.ping, Array(repeating: 1, count: 126)),
        "text not UTF-8": WebSocketFrame(.text, [0x61, 0xED, 0xA0, 0x80, 0x61]),
        "continuation": WebSocketFrame(.continuation, "hello"),
        "too big": WebSocketFrame(.binary, Array(repeating: 1, count: 65_537)),
        "close code": .close(1005),
    ])
    func `a broken rule that is cut anywhere is the same broken rule`(
        name: String,
        frame: WebSocketFrame
    ) {
        let stream = WebSocketFrame(.text, "before").bytes + frame.bytes.prefix(140)
        let whole = WebSocketDecoder.actions(of: stream, cutAt: [])
        #expect(whole.count == 2)
        #expect(Self.isLike(whole, PlainWebSocketReader(stream)))
        for cut in 0...stream.count {
            let actions = WebSocketDecoder.actions(of: stream, cutAt: [cut])
            if actions != whole { Issue.record("\(name): cut at \(cut)") }
        }
    }

    /// Frames of which most are right, so that some talks get far.
    private static func randomStream(_ random: inout SeededRandom) -> [UInt8] {
        var stream: [UInt8] = []
        let hasFault = random.one(in: 2)
        var isInside = false
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            var frame = WebSocketFrame(.text, Self.randomText(&random))
            frame.isFinal = random.one(in: 2)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: frame = WebSocketFrame(.ping, Array(frame.payload.prefix(125)))
            case 1: frame = WebSocketFrame(.pong, Array(frame.payload.prefix(125)))
            case 2 where random.one(in: 4): frame = .close(.random(in: 990...1016, using: &random))
            default:
                frame.opcode = isInside ? 0 : .random(in: 1...2, using: &random)
                isInside = !frame.isFinal
            }
            if hasFault, random.one(in: 6) { frame.opcode = .random(in: 0...15, using: &random) }
            if hasFault, random.one(in: 12) { frame.isMasked = false }
            stream += frame.bytes
        }
        if hasFault, random.one(in: 2), let index = stream.indices.randomElement(using: &random) {
            stream[index] = .random(in: 0...255, using: &random)
        }
        return stream
    }

    private static func randomText(_ random: inout SeededRandom) -> [UInt8] {
        let words = ["", "a", "ещё", "😀", "{\"do\":\"send\"}", String(repeating: "я", count: 80)]
        let count = Int.random(in: 0...3, using: &random)
        let text = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }.joined()
        return random.one(in: 12) ? Array(text.utf8.dropLast()) : Array(text.utf8)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random talks are read as the plain reader reads them, however they are cut`(
        seed: UInt64
    ) {
        var random = SeededRandom(seed: seed)
        for round in 0..<40 {
            let stream = Self.randomStream(&random)
            let whole = WebSocketDecoder.actions(of: stream, cutAt: [])
            let isRight = Self.isLike(whole, PlainWebSocketReader(stream))
            #expect(isRight, "seed \(seed), round \(round): \(stream)")
            let cutCount = Int.random(in: 1...9, using: &random)
            let cuts = (0..<cutCount).map { _ in Int.random(in: 0...stream.count, using: &random) }
            let actions = WebSocketDecoder.actions(of: stream, cutAt: cuts.sorted())
            #expect(actions == whole, "seed \(seed), round \(round): \(stream) at \(cuts)")
        }
    }

    @Test(arguments: 0..<70)
    func `a mask is taken off a payload of any length in any two pieces`(count: Int) {
        let payload = (0..<count).map { UInt8($0) }
        let frame = WebSocketFrame(.binary, payload).bytes
        for cut in 0...frame.count {
            let actions = WebSocketDecoder.actions(of: frame, cutAt: [cut])
            if actions != [.binary(payload)] { Issue.record("cut at \(cut)") }
        }
    }

    private static func header(_ length: [UInt8], opcode: UInt8 = 0x82) -> [UInt8] {
        [opcode, length.count == 2 ? 0xFE : 0xFF] + length
    }

    @Test(
        arguments: [
            ([0x80, 0, 0, 0, 0, 0, 0, 0], "a length has 63 bits"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "a length has 63 bits"),
            ([0, 0, 0, 0, 0, 0, 0xFF, 0xFF], "a length is as short as it can be"),
            ([0, 0, 0, 0, 0, 0, 0, 0], "a length is as short as it can be"),
            ([0, 125], "a length is as short as it can be"),
            ([0, 0], "a length is as short as it can be"),
        ] as [([UInt8], String)]
    )
    func `a length that is no length is refused before the mask`(length: [UInt8], reason: String) {
        var decoder = WebSocketDecoder()
        let actions = decoder.actions(of: Self.header(length))
        #expect(actions == [.fail(WebSocketViolation(reason))])
    }

    @Test(
        arguments: [
            [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 1, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 1, 0, 1],
        ] as [[UInt8]]
    )
    func `a length above the limit is refused by the header alone`(length: [UInt8]) {
        var decoder = WebSocketDecoder()
        let actions = decoder.actions(of: Self.header(length) + [1, 2, 3, 4])
        #expect(actions == [.fail(WebSocketViolation("message too big", as: .messageTooBig))])
    }

    @Test func `the lengths where the form of the header changes pass`() {
        for count in [0, 1, 125, 126, 127, 65_535, 65_536] {
            let payload = [UInt8](repeating: 7, count: count)
            var decoder = WebSocketDecoder()
            let actions = decoder.actions(of: WebSocketFrame(.binary, payload).bytes)
            #expect(actions == [.binary(payload)])
        }
    }

    @Test(arguments: [[0x0F], [0xC1], [0x09], [0x81, 0x05], [0x89, 0xFE]] as [[UInt8]])
    func `what cannot become good is refused with its first bad byte`(start: [UInt8]) {
        var decoder = WebSocketDecoder()
        #expect(decoder.actions(of: start.dropLast()).isEmpty)
        let isRefused = decoder.actions(of: start.suffix(1)).count == 1
        #expect(isRefused)
    }

    @Test func `half a frame of text that is not UTF-8 is refused before its end`() {
        var decoder = WebSocketDecoder()
        let frame = WebSocketFrame(.text, [0x61, 0xFF] + Array(repeating: 0x61, count: 50)).bytes
        #expect(decoder.actions(of: frame.prefix(7)).isEmpty)
        let action = decoder.actions(of: frame[7..<8]).first
        #expect(action == .fail(WebSocketViolation("text is not UTF-8", as: .invalidText)))
    }
}
