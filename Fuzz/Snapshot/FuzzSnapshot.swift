import Fuzzing
import Glibc
import Shards
import TestSupport

@testable import Persistence

@main enum FuzzSnapshot {
    static func main() { exit(Fuzzer.run(test)) }
}

/// Bytes of anybody's as snapshots, records of one, and frames of LZ4: whatever they are, they are
/// taken or refused. The first byte says as which.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: bytes, count: count)
    guard let kind = input.first else { return -1 }
    let rest = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    switch kind % 3 {
    case 0: readFile(Array(rest))
    case 1: readFile(snapshot(around: rest))
    default: readFrame(rest)
    }
    return 0
}

/// The bytes as a file that a server is started on.
private func readFile(_ bytes: [UInt8]) {
    let disk = SimulatedDisk()
    disk.files = ["/snapshots/x.snapshot": bytes]
    guard let reader = try? SnapshotReader("/snapshots/x.snapshot", disk: disk) else { return }
    var shard = ShardState(index: 0, of: 1)
    var directory = DirectoryState()
    try? SnapshotLoading.load(reader, threadCount: 1) { item in
        switch item {
        // Accounts are kept by their number, up to a bound that is no business of this test.
        case .account(let account) where account.user.id.rawValue < 1 << 12:
            directory.restore(account)
        case .session(let session): directory.apply(.sessionChanged(session), at: .zero)
        case .reservation(let made): directory.restore(made)
        case .slot(let slot): shard.restore(slot)
        case .mark(let mark, let slot): shard.restore(mark, in: slot)
        case .deletedChat(let chat): shard.restore(deleted: chat)
        case .chat(let chat): use(chat, in: &shard)
        case .account, .endedSession, .spent, .legacyMessages: break
        }
    }
}

/// What comes back answers like any chat.
private func use(_ chat: ChatState, in shard: inout ShardState) {
    shard.restore(chat)
    for entry in chat.members.present.prefix(8) {
        _ = chat.unreadCount(of: entry.member.user)
    }
    for index in chat.log.indices.prefix(8) { _ = chat.isRead(chat.log[index]) }
    shard.apply(.deleted(by: .nobody), to: chat.chat.id, mark: nil, at: Position(rawValue: 1 << 40))
}

/// A snapshot with one section whose checksums are right.
private func snapshot(around body: UnsafeRawBufferPointer) -> [UInt8] {
    let disk = SimulatedDisk()
    var header = SnapshotHeader(
        epoch: Epoch(high: 1, low: 2),
        start: Position(rawValue: 3),
        newest: Position(rawValue: 4),
        takenAt: Timestamp(microseconds: 5)
    )
    header.counts.chats = Int(body.first ?? 0) & 3
    guard var file = try? SnapshotFile(at: "/made", disk: disk) else { return [] }
    try? file.add { $0.append(contentsOf: body.dropFirst()) }
    file.counts = header.counts
    _ = try? file.finish(header)
    file.close()
    return disk.files["/made"] ?? []
}

private func readFrame(_ bytes: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(byteCount: 1 << 12, alignment: 16) { target in
        _ = LZ4Frame.decompress(bytes, into: target)
        let frame = UnsafeMutableRawBufferPointer.allocate(
            byteCount: LZ4Frame.bound(bytes.count),
            alignment: 16
        )
        defer { frame.deallocate() }
        let count = LZ4Frame.compress(bytes, into: frame)
        let again = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { again.deallocate() }
        let whole = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(frame)[..<count])
        precondition(LZ4Frame.decompress(whole, into: again), "what was written cannot be read")
    }
}
