import Foundation
import Shards
import TestSupport
import Testing

@testable import Persistence

/// Holds the reading of `snapshots/README.md` fast: a file of each format is kept for ever.
@Suite struct SnapshotFormatTests {
    private static func golden(_ format: UInt16) throws -> SnapshotBytes {
        let here = #filePath
        let folder = here[..<(here.lastIndex(of: "/") ?? here.startIndex)]
        let disk = PosixDisk()
        let path = "\(folder)/../Fixtures/snapshot-format-\(format).snapshot"
        let file = try disk.open(path, for: .reading)
        defer { disk.close(file) }
        return SnapshotBytes(try disk.read(file, byteCount: .max / 2, at: 0))
    }

    @Test(arguments: [1] as [UInt16], [1, 2, 3])
    func `a snapshot of each format is read`(format: UInt16, shardCount: Int) throws {
        let golden = try Self.golden(format)
        let header = try golden.reader().header
        #expect(header.epoch == Epoch(high: 0x910a_2dec_8902_5cc1, low: 0xbeeb_8da1_658e_ec67))
        #expect(header.start == Position(rawValue: 3))
        #expect(header.newest == Position(rawValue: 3))
        #expect(header.takenAt == SampleState.time)
        let state = try golden.load(shardCount: shardCount)
        #expect(state.differences(from: SampleState.make(shardCount: shardCount)) == [])
    }

    /// For the day on which a format is made: `GOLDEN=path` says where to.
    @Test(.enabled(if: Self.goldenPath != nil))
    func `the golden file is written`() throws {
        let path = try #require(Self.goldenPath)
        let disk = PosixDisk()
        let file = try disk.open(path, for: .writingAnew)
        defer { disk.close(file) }
        try disk.write(try SnapshotWorld.bytes(of: SampleState.make()), to: file, at: 0)
    }

    private static let goldenPath = ProcessInfo.processInfo.environment["GOLDEN"]

    @Test func `format 1 is still what is written`() throws {
        let golden = try Self.golden(1)
        let written = SnapshotBytes(try SnapshotWorld.bytes(of: SampleState.make()))
        #expect(try written.bodies() == golden.bodies())
        // Magic, format and length, then epoch, positions and time; between them is the checksum.
        #expect(written.bytes.prefix(12) == golden.bytes.prefix(12))
        #expect(written.bytes[16..<56] == golden.bytes[16..<56])
        let (old, new) = (try golden.reader(), try written.reader())
        #expect(new.header.counts == old.header.counts)
        #expect(new.sections.map(\.bodyBytes) == old.sections.map(\.bodyBytes))
        #expect(new.sections.map(\.checksum) == old.sections.map(\.checksum))
        #expect(new.sections.map(\.recordCount) == old.sections.map(\.recordCount))
    }

    @Test func `the file of format 1 has every kind of record`() throws {
        let bodies = try Self.golden(1).bodies()
        let sections = try Self.golden(1).reader().sections
        let records = try zip(bodies, sections).flatMap { body, section in
            try body.withUnsafeBytes { body in
                try SnapshotCodec.records(in: body, count: section.recordCount)
            }
        }
        #expect(Set(records.map(\.kind)) == Set(SnapshotRecord.Kind.all))
    }

    @Test func `a newer format is refused and said to be newer`() throws {
        let newer = try Self.golden(1).changing { bytes in
            bytes[8] = 2
            bytes.seal()
        }
        #expect(newer.refusal == .newerFormat(file: SnapshotBytes.path, version: 2))
        let text = newer.refusal?.description ?? ""
        #expect(text.contains("\(SnapshotBytes.path) has format 2, which is newer"))
        #expect(text.contains("Use the newer program."))
    }

    @Test func `a newer format may have a longer header`() throws {
        let newer = try Self.golden(1).changing { bytes in
            bytes[8] = 2
            bytes[10] = 192
        }
        #expect(newer.refusal == .newerFormat(file: SnapshotBytes.path, version: 2))
    }

    @Test func `format 0 is none`() throws {
        let none = try Self.golden(1).changing { bytes in
            bytes[8] = 0
            bytes.seal()
        }
        #expect(
            none.refusal == .damaged(file: SnapshotBytes.path, offset: 0, .notASnapshot)
        )
    }
}

extension [UInt8] {
    /// Makes the checksum of a snapshot's header right.
    mutating func seal() {
        self.setInteger(UInt32(0), at: 12)
        let checksum = self.withUnsafeBytes { bytes in
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<128]))
        }
        self.setInteger(checksum, at: 12)
    }
}

extension SnapshotRecord.Kind {
    static let all = (0...UInt8.max).compactMap { SnapshotRecord.Kind(rawValue: $0) }
}

extension SnapshotRecord {
    var kind: Kind {
        switch self {
        case .account: .account
        case .session: .session
        case .endedSession: .endedSession
        case .reservation: .reservation
        case .spent: .spent
        case .slot: .slot
        case .mark: .mark
        case .deletedChat: .deletedChat
        case .legacyMessages: .legacyMessages
        case .chat: .chat
        case .members: .members
        case .absence: .absence
        case .messages: .messages
        case .deletedMessages: .deletedMessages
        case .touchedMessage: .touchedMessage
        case .refusedMessage: .refusedMessage
        }
    }
}
