import Foundation
import Glibc
import Shards
import TestSupport
import Testing

@testable import Persistence

/// Bytes that nobody wrote, with checksums that are right: they give records or an error, and never
/// more than that.
///
/// `SEED=7` runs only that one, `SOAK=1` fifty times as many bodies.
@Suite struct SnapshotFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seeds: [UInt64] =
        Self.environment["SEED"].flatMap { UInt64($0) }.map { [$0] } ?? Array(1...8)
    private static let bodiesCount = Self.environment["SOAK"] == "1" ? 650_000 : 13_000
    /// The bodies are a few kilobytes.
    private static let memoryGrowthMax = 64 << 20

    private static func body() throws -> (bytes: [UInt8], count: Int) {
        let sample = SnapshotBytes(try SnapshotWorld.bytes(of: SampleState.make()))
        let count = try #require(try sample.reader().sections.first?.recordCount)
        return (try #require(try sample.bodies().first), count)
    }

    @Test(arguments: Self.seeds)
    func `no bytes trap the decoder or make it take memory`(seed: UInt64) throws {
        let (body, count) = try Self.body()
        var random = SeededRandom(seed: seed)
        let before = Self.memoryMax
        var shard = ShardState(index: 0, of: 1)
        var outcomes = (whole: 0, refused: 0)
        for _ in 0..<Self.bodiesCount {
            let mutated = BodyMutation.next(of: body, &random)
            if Self.isAssembled(mutated, count: count, &shard, &random) {
                outcomes.whole += 1
            } else {
                outcomes.refused += 1
            }
        }
        #expect(Self.memoryMax - before < Self.memoryGrowthMax, "seed \(seed)")
        #expect(outcomes.whole > Self.bodiesCount / 100, "some stay readable")
        #expect(outcomes.refused > Self.bodiesCount / 10, "and some do not")
    }

    /// The same through the whole file: what one thread decodes and the other assembles.
    @Test(arguments: Self.seeds)
    func `no file with right checksums traps a start`(seed: UInt64) throws {
        let (body, count) = try Self.body()
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let mutated = BodyMutation.next(of: body, &random)
            let file = SnapshotBytes.whole(around: mutated, count: count)
            do throws(SnapshotError) {
                try SnapshotLoading.load(try file.reader(), threadCount: 1) { _ in }
            } catch {
                guard case .damaged(let path, _, _) = error else {
                    Issue.record("seed \(seed): \(error)")
                    continue
                }
                #expect(path == SnapshotBytes.path)
            }
        }
    }

    @Test func `a file made around the right body is whole`() throws {
        let (body, count) = try Self.body()
        let file = SnapshotBytes.whole(around: body, count: count)
        let header = try file.reader().header
        // It holds all, but counts none of it.
        #expect(file.refusal == .damaged(file: SnapshotBytes.path, offset: 0, .incomplete))
        #expect(header.sectionCount == 1)
    }

    @Test func `counts near the largest make no room for themselves`() throws {
        let before = Self.memoryMax
        var shard = ShardState(index: 0, of: 1)
        for kind in SnapshotRecord.Kind.all {
            for filling in [UInt8(0), 0x7f, 0xff] {
                var body = [UInt8](repeating: filling, count: 4096)
                body[0] = kind.rawValue
                var random = SeededRandom(seed: 1)
                _ = Self.isAssembled(body, count: .max, &shard, &random)
            }
        }
        #expect(Self.memoryMax - before < Self.memoryGrowthMax)
    }

    /// Decodes, and puts chats together and looks at them as a server does.
    private static func isAssembled(
        _ body: [UInt8],
        count: Int,
        _ shard: inout ShardState,
        _ random: inout SeededRandom
    ) -> Bool {
        do throws(MalformedEntry) {
            let records = try Self.records(in: body, count: count)
            var assembly = SnapshotAssembly()
            var chats: [ChatState] = []
            func visit(_ item: SnapshotItem) {
                switch item {
                case .chat(let chat): chats.append(chat)
                case .slot(let slot): shard.restore(slot)
                case .mark(let mark, let slot): shard.restore(mark, in: slot)
                default: break
                }
            }
            for record in records { try assembly.take(record, visit) }
            try assembly.finish(visit)
            for chat in chats { Self.use(chat, &random) }
            return true
        } catch {
            return false
        }
    }

    /// Of any number of records, so that not each body is refused for that alone.
    private static func records(
        in body: [UInt8],
        count: Int
    ) throws(MalformedEntry) -> [SnapshotRecord] {
        let result = body.withUnsafeBytes { bytes -> Result<[SnapshotRecord], MalformedEntry> in
            do throws(MalformedEntry) {
                return .success(try SnapshotCodec.records(in: bytes, count: count))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func use(_ chat: ChatState, _ random: inout SeededRandom) {
        for entry in chat.members.all { _ = chat.unreadCount(of: entry.member.user) }
        for message in chat.log.loaded { _ = chat.isRead(message) }
        var later = chat
        let position = Position(rawValue: 1 << 40)
        let id = chat.log.newestID
        for event in [
            ChatEvent.readAdvanced(UserID(rawValue: 2), through: id, at: SampleState.time),
            .memberRemoved(
                UserID(rawValue: 1),
                by: UserID(rawValue: 1),
                promoted: nil,
                absence: nil
            ),
            .reactionRemoved(id, user: UserID(rawValue: 2), emoji: "x"),
        ] where random.one(in: 2) {
            later.apply(event, at: position)
        }
        later.shrink(keeping: 0, confirmed: position)
    }

    /// What this process has had in memory at most.
    private static var memoryMax: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }
}

/// Ways in which a body may be another.
enum BodyMutation {
    static func next(of body: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = body
        for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&bytes, &random) }
        return bytes
    }

    private static let extremes: [[UInt8]] = [
        [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0x80], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f],
    ]

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...64, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0...1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 3:
            let value = Self.extremes.randomElement(using: &random) ?? []
            for (index, byte) in value.enumerated() where place + index < bytes.count {
                bytes[place + index] = byte
            }
        case 4: bytes.removeSubrange(place..<end)
        case 5: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        default:
            let other = Int.random(in: 0..<bytes.count, using: &random)
            for index in 0..<(end - place) where other + index < bytes.count {
                bytes[other + index] = bytes[place + index]
            }
        }
    }
}

extension SnapshotBytes {
    /// Of each section.
    func bodies() throws(SnapshotError) -> [[UInt8]] {
        let reader = try self.reader()
        let memory = SectionMemory()
        defer { withExtendedLifetime(memory) {} }
        var bodies: [[UInt8]] = []
        for section in reader.sections {
            bodies.append(Array(try reader.body(of: section, memory)))
        }
        return bodies
    }

    /// A file of one section, with all of its checksums right.
    static func whole(around body: [UInt8], count: Int) -> SnapshotBytes {
        let frame = GrowingMemory().framed(body)
        let section = SnapshotSection(
            offset: SnapshotHeader.byteCount,
            storedBytes: frame.count,
            bodyBytes: body.count,
            checksum: body.withUnsafeBytes { CRC32C.checksum($0) },
            recordCount: min(count, body.count)
        )
        var directory: [UInt8] = []
        section.append(to: &directory)
        var header = SnapshotHeader(
            epoch: Epoch(high: 1, low: 2),
            start: .zero,
            newest: .zero,
            takenAt: SampleState.time
        )
        header.directoryOffset = SnapshotHeader.byteCount + frame.count
        header.sectionCount = 1
        header.directoryChecksum = directory.withUnsafeBytes { CRC32C.checksum($0) }
        return SnapshotBytes(header.bytes + frame + directory)
    }
}

extension GrowingMemory {
    fileprivate func framed(_ body: [UInt8]) -> [UInt8] {
        let target = self.take(LZ4Frame.bound(body.count))
        let count = body.withUnsafeBytes { LZ4Frame.compress($0, into: target) }
        return Array(target[..<count])
    }
}
