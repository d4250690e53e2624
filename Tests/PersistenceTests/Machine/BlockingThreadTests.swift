import Glibc
import Synchronization
import Testing

@testable import Persistence

@Suite struct BlockingThreadTests {
    private struct Standing: Equatable {
        let niceness: Int32
        /// In nanoseconds; nil where the kernel keeps none for each thread.
        let slice: UInt64?
    }

    /// What the kernel says of such a thread.
    private static func standing(of priority: BlockingThread.Priority) -> Standing? {
        let found = Mutex<Standing?>(nil)
        let thread = BlockingThread(priority) {
            let niceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
            found.withLock { $0 = Standing(niceness: niceness, slice: TimeSlice.current) }
        }
        thread.join()
        return found.withLock { $0 }
    }

    @Test func `who goes first has the shortest slice, and is no nicer`() throws {
        let same = try #require(Self.standing(of: .same))
        let first = try #require(Self.standing(of: .first))
        #expect(first.niceness == same.niceness)
        guard let slice = same.slice else {
            return print("NOT RUN: time slices of threads, which this kernel does not keep")
        }
        #expect(slice > 100_000)
        #expect(first.slice == 100_000)
    }

    @Test func `who goes behind requests is nicer, and keeps the slice`() throws {
        let same = try #require(Self.standing(of: .same))
        let behind = try #require(Self.standing(of: .behindRequests))
        #expect(behind.niceness == 10)
        #expect(behind.slice == same.slice)
    }
}
