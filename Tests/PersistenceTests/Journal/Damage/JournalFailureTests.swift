import Glibc
import Persistence
import Shards
import TestSupport
import Testing

@Suite struct JournalFailureTests {
    typealias Entry = SampleEvents.Entry

    @Test(arguments: [DiskError.Operation.sync, .write])
    func `an error of the writer ends the process and delivers nothing more`(
        operation: DiskError.Operation
    ) throws {
        let world = JournalWorld()
        let opened = try world.open()
        opened.start()
        opened.write(JournalWorld.messages(2))
        world.disk.setFault { asked, _ in asked == operation ? EIO : nil }
        for entry in JournalWorld.messages(5) { _ = opened.journal.offer(entry) }
        opened.journal.close()
        #expect(world.exits.codes == [74])
        #expect(opened.log.last == Position(rawValue: 2))
        #expect(opened.journal.durablePosition == Position(rawValue: 2))
        #expect(!opened.journal.hasRoom)
    }

    @Test(arguments: [DiskError.Operation.rename, .truncate, .syncFolder])
    func `an error while the next segment begins ends the process`(
        operation: DiskError.Operation
    ) throws {
        var world = JournalWorld()
        world.settings.reserveCount = 1
        world.settings.compresses = false
        let opened = try world.open()
        opened.start()
        world.disk.setFault { asked, path in
            asked == operation && !path.contains("filling") ? EIO : nil
        }
        for entry in JournalWorld.messages(200, text: String(repeating: "x", count: 1000)) {
            _ = opened.journal.offer(entry)
        }
        // The next segment begins once it is ready, which is when its own thread has had its turn.
        let end = ContinuousClock.now + .seconds(120)
        while world.exits.codes.isEmpty, ContinuousClock.now < end {
            _ = opened.journal.offer(SampleEvents.message(1, text: "x"))
            usleep(1_000)
        }
        opened.journal.close()
        #expect(world.exits.codes == [74])
        let next = JournalWorld(world.disk.afterKill())
        let count = try next.entries().count
        #expect(count >= opened.log.last.rawValue)
    }

    @Test func `what was read after a failed sync outlives the next loss of power`() throws {
        let world = JournalWorld()
        let opened = try world.open()
        opened.start()
        opened.write(JournalWorld.messages(2))
        world.disk.setFault { operation, path in
            operation == .sync && path.hasSuffix(".log") ? EIO : nil
        }
        _ = opened.journal.offer(JournalWorld.messages(3)[2])
        opened.journal.close()
        #expect(world.exits.codes == [74])

        let restarted = JournalWorld(world.disk.afterKill())
        let again = try restarted.open()
        let served = again.entries
        #expect(served.count == 3, "the cache still shows the batch that is not on the disk")
        for seed in 0..<8 {
            let copy = JournalWorld(restarted.disk.afterPowerLoss(seed: UInt64(seed)))
            #expect(try copy.entries() == served)
        }
        again.journal.close()
    }

    @Test func `a full disk closes the door and a free one opens it again`() throws {
        var world = JournalWorld()
        world.settings.reserveCount = 2
        world.settings.compresses = false
        world.disk.setCapacity(2 * (64 << 10) + 1024)
        let opened = try world.open()
        opened.start()
        var offered: [Entry] = []
        let text = String(repeating: "x", count: 500)
        while opened.journal.hasRoom {
            offered.append(SampleEvents.message(UInt64(offered.count), text: text))
            opened.write([offered[offered.count - 1]])
            try #require(offered.count < 1000)
        }
        #expect(offered.count > 50)
        let used = world.disk.files.values.reduce(0) { $0 + $1.count }
        #expect(used <= 2 * (64 << 10) + 1024)

        world.disk.setCapacity(1 << 30)
        while !opened.journal.hasRoom { sched_yield() }
        offered.append(SampleEvents.message(0, text: text))
        opened.write([offered[offered.count - 1]])
        opened.journal.close()
        #expect(world.exits.codes.isEmpty)
        #expect(try world.entries() == offered)
    }

    @Test func `a disk that is slow closes the door when too much waits`() throws {
        var world = JournalWorld()
        world.settings.pendingBytesMax = 10_000
        let opened = try world.open()
        while opened.journal.hasRoom {
            _ = opened.journal.offer(SampleEvents.message(1, text: "waits"))
        }
        opened.start()
        while !opened.journal.hasRoom { sched_yield() }
        opened.journal.close()
        #expect(opened.log.batches.flatMap(\.notices).count > 50)
    }

    @Test func `an error of preallocation alone stops nothing`() throws {
        var world = JournalWorld()
        world.settings.reserveCount = 2
        let opened = try world.open()
        world.disk.setFault { _, path in path.contains("filling") ? EIO : nil }
        opened.start()
        opened.write(JournalWorld.messages(20))
        opened.journal.close()
        world.disk.setFault(nil)
        #expect(world.exits.codes.isEmpty)
        #expect(try world.entries() == JournalWorld.messages(20))
    }

    @Test func `a folder in use is refused and free again after the close`() throws {
        let world = JournalWorld()
        let opened = try world.open()
        let error = #expect(throws: JournalError.self) { try world.open() }
        #expect(error == .locked(folder: "/journal", process: getpid()))
        opened.journal.close()
        #expect(try world.entries().isEmpty)
    }

    @Test func `an error of any operation while opening is told and changes no history`() throws {
        let entries = JournalWorld.messages(5)
        let world = try JournalWorld().closed(after: entries).killed(after: entries)
        let whole = world.disk.copy()
        var operation = 0
        while true {
            let copy = JournalWorld(whole.copy())
            let left = Lock(operation)
            copy.disk.setFault { _, _ in
                left.withLock { left in
                    defer { left -= 1 }
                    return left == 0 ? EIO : nil
                }
            }
            let opened = try? copy.open()
            copy.disk.setFault(nil)
            opened?.journal.close()
            let next = JournalWorld(copy.disk.afterKill())
            #expect(try next.entries() == entries + entries, "operation \(operation) failed")
            let isDone = left.withLock { $0 >= 0 }
            if isDone { break }
            operation += 1
        }
        #expect(operation > 15)
    }
}
