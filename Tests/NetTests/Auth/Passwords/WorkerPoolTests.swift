import Dispatch
import Glibc
import Net
import Synchronization
import Testing

struct WorkerPoolTests {
    /// Waits without a clock until the pool has so many jobs.
    private func reach(_ count: Int, in pool: WorkerPool) async {
        while pool.unfinishedCount != count {
            await Task.yield()
        }
    }

    /// Off the cooperative pool: a shutdown blocks its thread.
    private func shutDown(_ pool: WorkerPool) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                pool.shutdown()
                continuation.resume()
            }
        }
    }

    @Test func `jobs give their values back to who asked`() async throws {
        let pool = WorkerPool(threadCount: 3, waitingMax: 200)
        defer { pool.shutdown() }
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<200 {
                group.addTask { (number, try await pool.run { number * number }) }
            }
            for try await (number, square) in group {
                #expect(square == number * number)
            }
        }
        #expect(pool.unfinishedCount == 0)
    }

    @Test func `a full pool refuses at once and goes on when there is room`() async throws {
        let pool = WorkerPool(threadCount: 1, waitingMax: 2)
        defer { pool.shutdown() }
        let gate = DispatchSemaphore(value: 0)
        let accepted = Task {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<3 {
                    group.addTask {
                        try await pool.run {
                            gate.wait()
                            return number
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
        }
        await self.reach(3, in: pool)
        for _ in 0..<5 {
            await #expect(throws: WorkerPool.Busy.self) { try await pool.run { 0 } }
        }
        for _ in 0..<3 { gate.signal() }
        #expect(try await accepted.value == 3)
        #expect(try await pool.run { 7 } == 7)
    }

    @Test func `a pool that may not wait takes as many jobs as it has threads`() async throws {
        let pool = WorkerPool(threadCount: 1, waitingMax: 0)
        defer { pool.shutdown() }
        for number in 0..<1_000 {
            #expect(try await pool.run { number } == number)
        }
    }

    @Test func `no more jobs run at once than there are threads`() async throws {
        let pool = WorkerPool(threadCount: 2, waitingMax: 100)
        defer { pool.shutdown() }
        let gauge = Gauge()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await pool.run {
                        gauge.enter()
                        sched_yield()
                        gauge.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(1...2 ~= gauge.highest)
    }

    @Test func `shutdown ends the running job and refuses those that wait`() async throws {
        let pool = WorkerPool(threadCount: 1, waitingMax: 10)
        let gate = DispatchSemaphore(value: 0)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            try await pool.run {
                start.yield()
                gate.wait()
                return "done"
            }
        }
        var iterator = started.makeAsyncIterator()
        await iterator.next()
        let waiting = (0..<5).map { _ in Task { try await pool.run { "never" } } }
        await self.reach(6, in: pool)

        async let shutdown: Void = self.shutDown(pool)
        for task in waiting {
            await #expect(throws: WorkerPool.Busy.self) { try await task.value }
        }
        gate.signal()
        #expect(try await running.value == "done")
        await shutdown
        #expect(pool.unfinishedCount == 0)
        await #expect(throws: WorkerPool.Busy.self) { try await pool.run { "late" } }
        pool.shutdown()
    }

    @Test func `jobs that race with a shutdown are all answered`() async {
        for _ in 0..<50 {
            let pool = WorkerPool(threadCount: 2, waitingMax: 4)
            let answered = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask { ((try? await pool.run { number }) ?? number) == number }
                }
                group.addTask {
                    await self.shutDown(pool)
                    return true
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(answered == 21)
            #expect(pool.unfinishedCount == 0)
        }
    }

    @Test func `a pool that nobody shut down ends with its last reference`() async throws {
        weak var gone: WorkerPool?
        do {
            let pool = WorkerPool(threadCount: 2, waitingMax: 1)
            gone = pool
            #expect(try await pool.run { 1 } == 1)
        }
        #expect(gone == nil)
    }

    @Test func `a job may hold the last reference to its pool`() async throws {
        for _ in 0..<200 {
            weak var gone: WorkerPool?
            do {
                let pool = WorkerPool(threadCount: 2, waitingMax: 1)
                gone = pool
                try await pool.run { withExtendedLifetime(pool) {} }
            }
            while gone != nil { await Task.yield() }
        }
    }
}

/// How many were inside at once.
private final class Gauge: Sendable {
    private let insideCount = Atomic(0)
    private let highestCount = Atomic(0)

    var highest: Int { self.highestCount.load(ordering: .relaxed) }

    func enter() {
        let count = self.insideCount.wrappingAdd(1, ordering: .relaxed).newValue
        self.highestCount.max(count, ordering: .relaxed)
    }

    func leave() {
        self.insideCount.wrappingSubtract(1, ordering: .relaxed)
    }
}
