import Fuzzing
import Glibc
import Logging
import Shards
import TestSupport

@testable import Persistence

@main enum FuzzJournal {
    static func main() { exit(Fuzzer.run(test)) }
}

/// Bytes of anybody's as entries, batches and segments of a journal: whatever they are, they are
/// taken or refused. The first byte says as which.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: bytes, count: count)
    guard let kind = input.first else { return -1 }
    let rest = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    switch kind % 3 {
    case 0: readEntry(rest)
    case 1: readFile(Array(rest))
    default: readFile(segment(around: rest))
    }
    return 0
}

/// What is read is written again as the same entry.
private func readEntry(_ bytes: UnsafeRawBufferPointer) {
    guard let entry = try? EventCodec.decode(bytes) else { return }
    var again: [UInt8] = []
    EventCodec.append(entry.event, mark: entry.mark, to: &again)
    guard let second = again.withUnsafeBytes({ try? EventCodec.decode($0) }) else {
        preconditionFailure("what was written cannot be read")
    }
    precondition(second.event == entry.event && second.mark == entry.mark)
}

private let folder = JournalFolder(path: "/journal")

/// The bytes as the one segment of a folder, which a server is started on, and repaired, with
/// nothing beside it and with a snapshot.
private func readFile(_ bytes: [UInt8]) {
    let whole = SimulatedDisk()
    whole.files = [folder.segment(Position.zero.next): bytes]
    for covered in [0, 2] as [UInt64] {
        let through = Position(rawValue: covered)
        _ = start(on: whole.copy(), after: through)
        let broken = whole.copy()
        let settings = JournalSettings(folder: folder.path)
        let found = try? JournalRepair.begin(settings, disk: broken) { _ in
            JournalCover(through: through, newest: through)
        }
        guard let repair = found, (try? repair.apply()) != nil else { continue }
        let after = repair.plan.cover == nil ? .zero : through
        precondition(start(on: broken, after: after), "what was repaired cannot be read")
    }
}

/// - Returns: whether it comes up.
private func start(on disk: SimulatedDisk, after: Position) -> Bool {
    let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
    let recovery = JournalRecovery(folder: folder, disk: disk, logger: logger)
    return (try? recovery.run(after: after) { _, _, _ in }) != nil
}

/// A segment with one batch whose checksums are right.
private func segment(around body: UnsafeRawBufferPointer) -> [UInt8] {
    let epoch = Epoch(high: 1, low: 2)
    let header = SegmentHeader(epoch: epoch, first: Position.zero.next, salt: 3)
    let batch = BatchHeader(
        epoch: epoch,
        first: Position.zero.next,
        count: UInt32(body.first ?? 1),
        bodyBytes: UInt32(body.count),
        storedBytes: UInt32(body.count),
        bodyChecksum: CRC32C.checksum(body)
    )
    let padding = repeatElement(UInt8(0), count: batch.paddedBytes - body.count)
    return header.bytes + batch.bytes(salt: header.salt) + Array(body) + padding
}
