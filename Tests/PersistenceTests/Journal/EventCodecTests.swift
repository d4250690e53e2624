import Persistence
import Shards
import TestSupport
import Testing

@Suite struct EventCodecTests {
    private static func encoded(_ entry: SampleEvents.Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        EventCodec.append(entry.event, mark: entry.mark, to: &bytes)
        return bytes
    }

    private static func decoded(_ bytes: [UInt8]) throws(MalformedEntry) -> SampleEvents.Entry {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        let (event, mark) = try EventCodec.decode(UnsafeRawBufferPointer(copy))
        return SampleEvents.Entry(event, mark: mark)
    }

    @Test(arguments: SampleEvents.everyKind)
    func `an event comes back as it was`(entry: SampleEvents.Entry) throws {
        #expect(try Self.decoded(Self.encoded(entry)) == entry)
        let unmarked = SampleEvents.Entry(entry.event)
        #expect(try Self.decoded(Self.encoded(unmarked)) == unmarked)
    }

    @Test(arguments: SampleEvents.everyKind)
    func `a part of an event is no event`(entry: SampleEvents.Entry) {
        let bytes = Self.encoded(entry)
        for count in 0..<bytes.count {
            #expect(throws: MalformedEntry.self) { try Self.decoded(Array(bytes[..<count])) }
            var shortened = Array(bytes[..<count])
            guard count >= 4 else { continue }
            for index in 0..<4 {
                shortened[index] = UInt8(truncatingIfNeeded: (count - 4) >> (8 * index))
            }
            #expect(throws: MalformedEntry.self) { try Self.decoded(shortened) }
        }
        #expect(throws: MalformedEntry.self) { try Self.decoded(bytes + [0]) }
    }

    /// Another value is fine, for the checksum is what tells; a trap would be the end.
    @Test(arguments: SampleEvents.everyKind)
    func `any byte may be any other`(entry: SampleEvents.Entry) throws {
        let bytes = Self.encoded(entry)
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = value
                guard let decoded = try? Self.decoded(changed) else { continue }
                #expect(Self.encoded(decoded) == changed)
            }
        }
    }

    @Test func `random bytes are decoded or refused`() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...120, using: &random)
            var bytes = (0..<count + 6).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes.replaceSubrange(0..<4, with: [UInt8(count + 2), 0, 0, 0])
            bytes[4] = UInt8.random(in: 0...40, using: &random)
            bytes[5] &= 1
            _ = try? Self.decoded(bytes)
        }
    }

    @Test func `text that is not UTF-8 is refused`() {
        for entry in SampleEvents.everyKind {
            var bytes = Self.encoded(entry)
            guard case .people(.userChanged) = entry.event,
                let place = bytes.firstIndex(of: UInt8(ascii: "@"))
            else { continue }
            bytes[place] = 0xff
            #expect(throws: MalformedEntry.self) { try Self.decoded(bytes) }
        }
    }

    @Test func `a count of members that cannot be there is refused before memory is taken`() {
        let entry = SampleEvents.everyKind[1]
        var bytes = Self.encoded(entry)
        bytes.replaceSubrange((bytes.count - 4)..., with: [0xff, 0xff, 0xff, 0xff])
        #expect(throws: MalformedEntry.self) { try Self.decoded(bytes) }
    }
}
