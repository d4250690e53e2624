import Shards
import TestSupport
import Testing

@testable import Persistence

/// A snapshot that is not what was written is refused, whatever was done to it.
@Suite struct SnapshotDamageTests {
    private static func sample() throws -> SnapshotBytes {
        SnapshotBytes(try SnapshotWorld.bytes(of: SampleState.make()))
    }

    /// Of several sections: messages that do not compress.
    private static func large() throws -> SnapshotBytes {
        var state = PlainState(shardCount: 1)
        var random = SeededRandom(seed: 5)
        let chat = Chat(
            id: SampleState.group,
            title: "",
            isGroup: true,
            createdAt: SampleState.time
        )
        state.shards[0].apply(.created(chat, members: []), to: chat.id, mark: nil, at: .zero.next)
        for counter in 1...UInt64(350) {
            let letters = (0..<16_000).map { _ in UInt8(0x20 + random.next() % 95) }
            let draft = Message.Draft(
                kind: "text",
                content: String(decoding: letters, as: UTF8.self),
                payload: nil,
                replyTo: nil
            )
            let message = Message(
                draft,
                id: MessageID(counter: counter, slot: chat.id.slot),
                chat: chat.id,
                author: UserID(rawValue: 1),
                ts: SampleState.time
            )
            let position = Position(rawValue: counter + 1)
            state.shards[0].apply(.messageSent(message), to: chat.id, mark: nil, at: position)
        }
        return SnapshotBytes(try SnapshotWorld.bytes(of: state))
    }

    /// That it is refused, with an error that names the file and a byte of it.
    private static func expectRefusal(_ snapshot: SnapshotBytes, _ comment: Comment) {
        guard case .damaged(let file, let offset, let damage) = snapshot.refusal else {
            let refusal = snapshot.refusal.map { "\($0)" } ?? "none"
            Issue.record("\(comment): not refused as damaged: \(refusal)")
            return
        }
        #expect(file == SnapshotBytes.path, comment)
        #expect((0...max(0, snapshot.bytes.count)).contains(offset), comment)
        let text = "\(snapshot.refusal.map { "\($0)" } ?? "")"
        #expect(text == "\(file) is damaged at byte \(offset): \(damage.rawValue)", comment)
    }

    @Test func `nothing is wrong with what was written`() throws {
        #expect(try Self.sample().refusal == nil)
        let large = try Self.large()
        #expect(try large.reader().sectionCount >= 2)
        #expect(large.refusal == nil)
        let state = try large.load(shardCount: 1, threadCount: 3)
        #expect(state.shards[0].withChat(SampleState.group, \.log.count) == 350)
    }

    @Test func `every flipped byte of header, sections and directory is seen`() throws {
        let sample = try Self.sample()
        var random = SeededRandom(seed: 3)
        for index in sample.bytes.indices {
            for mask in [UInt8(0xff), 1 << UInt8.random(in: 0..<8, using: &random)] {
                let flipped = sample.changing { $0[index] ^= mask }
                Self.expectRefusal(flipped, "byte \(index), mask \(mask)")
            }
        }
    }

    @Test func `every bit of the header is seen`() throws {
        let sample = try Self.sample()
        for bit in 0..<(SnapshotHeader.byteCount * 8) {
            let flipped = sample.changing { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
            guard case .newerFormat = flipped.refusal else {
                Self.expectRefusal(flipped, "bit \(bit)")
                continue
            }
            Issue.record("bit \(bit) makes a newer format of it")
        }
    }

    @Test func `a snapshot that was cut anywhere is refused`() throws {
        let sample = try Self.sample()
        for count in 0..<sample.bytes.count {
            Self.expectRefusal(
                sample.changing { $0.removeLast($0.count - count) },
                "cut to \(count)"
            )
        }
    }

    @Test(arguments: [1, 7, 512, 4096])
    func `a snapshot with more behind it is refused`(count: Int) throws {
        let sample = try Self.sample()
        for byte in [UInt8(0), 0xff] {
            let longer = sample.changing { $0 += [UInt8](repeating: byte, count: count) }
            Self.expectRefusal(longer, "\(count) times \(byte)")
        }
    }

    @Test func `zeroed blocks are seen, wherever they are`() throws {
        let large = try Self.large()
        for start in stride(from: 0, to: large.bytes.count, by: 61 * 4096) {
            let end = min(start + 4096, large.bytes.count)
            let zeroed = large.changing { bytes in
                for index in start..<end { bytes[index] = 0 }
            }
            Self.expectRefusal(zeroed, "zeros from \(start)")
        }
        let last = large.bytes.count - 4096
        Self.expectRefusal(
            large.changing { bytes in
                for index in last..<bytes.count { bytes[index] = 0 }
            },
            "the last block"
        )
    }

    /// Each is whole by itself, so that only the directory can tell.
    @Test func `sections in each other's place are seen`() throws {
        let large = try Self.large()
        let sections = try large.reader().sections
        let (first, second) = (sections[0], sections[1])
        let swapped = large.changing { bytes in
            let frames = [second, first].map { bytes[$0.offset..<$0.offset + $0.storedBytes] }
            let both = first.offset..<second.offset + second.storedBytes
            bytes.replaceSubrange(both, with: frames.joined())
        }
        #expect(swapped.bytes.count == large.bytes.count)
        Self.expectRefusal(swapped, "swapped")
        let doubled = large.changing { bytes in
            let count = min(first.storedBytes, second.storedBytes)
            for index in 0..<count { bytes[second.offset + index] = bytes[first.offset + index] }
        }
        Self.expectRefusal(doubled, "doubled")
    }

    /// With every checksum right, only that the records do not follow each other tells.
    @Test func `directory entries in each other's place are seen`() throws {
        let large = try Self.large()
        let header = try large.reader().header
        let swapped = large.changing { bytes in
            let start = header.directoryOffset
            for index in 0..<SnapshotSection.byteCount {
                bytes.swapAt(start + index, start + SnapshotSection.byteCount + index)
            }
            bytes.sealDirectory(at: start)
        }
        Self.expectRefusal(swapped, "entries")
    }

    @Test func `counts that the sections do not bear out are seen`() throws {
        let sample = try Self.sample()
        for offset in stride(from: 72, to: 112, by: 8) {
            let other = sample.changing { bytes in
                bytes[offset] &+= 1
                bytes.seal()
            }
            #expect(
                other.refusal == .damaged(file: SnapshotBytes.path, offset: 0, .incomplete)
            )
        }
    }

    @Test func `a file that is no snapshot is refused`() {
        for count in [0, 1, 127, 128, 129, 4096] {
            Self.expectRefusal(SnapshotBytes([UInt8](repeating: 0, count: count)), "\(count) zeros")
        }
    }

    @Test func `an error of the disk is told as one`() throws {
        let disk = SimulatedDisk()
        disk.files = [SnapshotBytes.path: try Self.sample().bytes]
        let reader = try SnapshotReader(SnapshotBytes.path, disk: disk)
        disk.setFault { operation, _ in operation == .read ? 5 : nil }
        let error = #expect(throws: SnapshotError.self) {
            try SnapshotLoading.load(reader, threadCount: 2) { _ in }
        }
        #expect(error == .disk(DiskError(5, .read, SnapshotBytes.path)))
    }
}

extension [UInt8] {
    /// Makes the checksums of directory and header right.
    fileprivate mutating func sealDirectory(at start: Int) {
        let checksum = self.withUnsafeBytes { bytes in
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        self.setInteger(checksum, at: 68)
        self.seal()
    }
}
