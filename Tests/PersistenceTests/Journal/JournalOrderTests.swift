import Dispatch
import Shards
import TestSupport
import Testing

@testable import Persistence

@Suite struct JournalOrderTests {
    private static let threadsCount = 8
    private static let eventsEach = 2000

    @Test func `many threads get dense positions and one delivery each, in order`() throws {
        var world = JournalWorld()
        world.settings.segmentBytes = 1 << 20
        world.settings.reserveCount = 2
        let opened = try world.open()
        opened.start()
        let positions = Lock<[UInt64: UInt64]>([:])
        DispatchQueue.concurrentPerform(iterations: Self.threadsCount) { thread in
            var last = Position.zero
            for index in 0..<Self.eventsEach {
                let number = UInt64(thread * Self.eventsEach + index)
                let entry = SampleEvents.message(number, text: "x")
                let notice = Notice(previous: Position(rawValue: number))
                let position = opened.journal.offer(entry.event, mark: nil, notice: notice)
                #expect(last < position)
                last = position
                positions.withLock { $0[position.rawValue] = number }
            }
        }
        opened.journal.close()
        let count = UInt64(Self.threadsCount * Self.eventsEach)
        let given = positions.withLock { $0 }
        #expect(given.keys.sorted() == Array(1...count))

        var expected = Position.zero.next
        for batch in opened.log.batches {
            #expect(batch.first == expected)
            for (offset, notice) in batch.notices.enumerated() {
                let position = batch.first.rawValue + UInt64(offset)
                #expect(given[position] == notice.previous.rawValue)
            }
            expected = batch.last.next
        }
        #expect(expected.rawValue == count + 1)

        let entries = try world.entries()
        #expect(entries.count == Int(count))
        for (index, entry) in entries.enumerated() {
            let number = given[UInt64(index + 1)]
            #expect(entry == number.map { SampleEvents.message($0, text: "x") })
        }
    }

    @Test func `what waits while the disk is busy shares one sync`() throws {
        let world = JournalWorld()
        let opened = try world.open()
        let isInSync = DispatchSemaphore(value: 0)
        let goesOn = DispatchSemaphore(value: 0)
        let isFirst = Lock(true)
        world.disk.setFault { operation, _ in
            guard operation == .sync, isFirst.withLock({ $0 }) else { return nil }
            isFirst.withLock { $0 = false }
            isInSync.signal()
            return nil
        }
        opened.journal.start { batch in
            if batch.first == Position(rawValue: 1) { goesOn.wait() }
            opened.log.deliver(batch)
        }
        _ = opened.journal.offer(SampleEvents.everyKind[0])
        isInSync.wait()
        for entry in SampleEvents.everyKind { _ = opened.journal.offer(entry) }
        goesOn.signal()
        opened.journal.close()
        #expect(opened.log.batches.map(\.notices.count) == [1, SampleEvents.everyKind.count])
    }

    // MARK: - How many wait for each other

    @Test func `a sync waits for as many as the last had, and no longer than the spacing`() {
        let start = DispatchTime(uptimeNanoseconds: 1_000_000)
        let end = start + SyncPace.spacing
        let before = DispatchTime(uptimeNanoseconds: end.uptimeNanoseconds - 1)
        var pace = SyncPace()
        #expect(pace.wanted(at: start) == 1)

        pace.took(3, at: start)
        #expect(pace.end == end)
        #expect(pace.wanted(at: start) == 3)
        #expect(pace.wanted(at: before) == 3)
        #expect(pace.wanted(at: end) == 1)

        pace.took(1, at: end)
        #expect(pace.wanted(at: end) == 1)
    }

    @Test func `the queue gives what has come when it is as much as last time, or time is over`() {
        let queue = Self.queue()
        let start = DispatchTime(uptimeNanoseconds: 1_000_000)
        let end = start + SyncPace.spacing
        var transcript: [String] = []
        func offer(_ count: Int) {
            for _ in 0..<count { _ = queue.offer(SampleEvents.everyKind[0]) }
        }
        func look(at now: DispatchTime) {
            switch queue.next(at: now) {
            case .batch(let batch): transcript.append("\(batch.notices.count)")
            case .sleep(.distantFuture): transcript.append("until woken")
            case .sleep(let until):
                let elapsed = until.uptimeNanoseconds - start.uptimeNanoseconds
                transcript.append("until \(elapsed / 1000) µs")
            case .closed: transcript.append("closed")
            }
        }
        look(at: start)
        offer(3)
        look(at: start)
        look(at: start)
        offer(2)
        look(at: start)
        offer(2)
        look(at: start)
        offer(3)
        look(at: start)
        look(at: end)
        look(at: end + SyncPace.spacing)
        offer(1)
        look(at: end)
        queue.close()
        look(at: start)
        look(at: start)
        #expect(
            transcript == [
                "until woken", "3", "until 400 µs", "until 400 µs", "4", "until 400 µs", "3",
                "until woken", "until 800 µs", "1", "closed",
            ]
        )
    }

    @Test func `the writer is woken by the last of those that it waits for`() throws {
        let queue = Self.queue()
        for _ in 0..<3 { _ = queue.offer(SampleEvents.everyKind[0]) }
        // As if that sync had begun in an hour: from here on only offers end the wait.
        guard case .batch = queue.next(at: .now() + .seconds(3600)) else {
            Issue.record("nothing was given")
            return
        }
        let offering = BlockingThread {
            for _ in 0..<3 { _ = queue.offer(SampleEvents.everyKind[0]) }
        }
        #expect(queue.take()?.notices.count == 3)
        offering.join()
    }

    private static func queue() -> JournalQueue {
        let limits = JournalLimits(segmentBytes: 1 << 20)
        let room = JournalRoom(pendingBytesMax: 1 << 20, limits: limits)
        return JournalQueue(next: Position(rawValue: 1), room: room, limits: limits)
    }

    @Test func `a sync does not wait for ever for those who came with the last one`() throws {
        let world = JournalWorld()
        let opened = try world.open()
        for entry in SampleEvents.everyKind { _ = opened.journal.offer(entry) }
        opened.start()
        opened.log.wait(for: opened.journal.offeredPosition)
        // Closing would end the wait; only time does here.
        opened.write(SampleEvents.everyKind)
        opened.journal.close()
        let batches = opened.log.batches.map(\.notices.count)
        #expect(batches == [SampleEvents.everyKind.count] + SampleEvents.everyKind.map { _ in 1 })
    }
}

extension JournalQueue {
    fileprivate func offer(_ entry: SampleEvents.Entry) -> Position {
        self.offer(entry.event, mark: entry.mark, notice: .silent)
    }
}
