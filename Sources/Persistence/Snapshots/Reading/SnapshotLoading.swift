import Dispatch
import Shards

/// Reads a snapshot on many threads: each takes the next section apart, and the caller puts the
/// parts together in their order.
package final class SnapshotLoading: Sendable {
    fileprivate struct State {
        var next = 0
        var results: [Result<[SnapshotRecord], SnapshotError>?]
    }

    private let reader: SnapshotReader
    private let state: Lock<State>
    private let decoded = DispatchSemaphore(value: 0)
    private let isOver = DispatchSemaphore(value: 0)

    private init(_ reader: SnapshotReader) {
        self.reader = reader
        self.state = Lock(State(results: Array(repeating: nil, count: reader.sections.count)))
    }

    /// Blocks. `visit` gets every item; what it has got when this throws is to be thrown away.
    /// `progress` is told how many sections of how many are done.
    package static func load(
        _ reader: SnapshotReader,
        threadCount: Int,
        progress: (Int, Int) -> Void = { _, _ in },
        _ visit: (SnapshotItem) -> Void
    ) throws(SnapshotError) {
        let loading = SnapshotLoading(reader)
        AllocatorGrowth.inLargeSteps()
        let threads = (0..<threadCount).map { _ in BlockingThread { loading.decode() } }
        defer {
            loading.state.withLock { $0.next = $0.results.count }
            AllocatorGrowth.inSmallSteps()
            for _ in threads { loading.isOver.signal() }
            for thread in threads { thread.join() }
            AllocatorGrowth.giveBack()
        }
        var assembly = SnapshotAssembly()
        for index in reader.sections.indices {
            let records = try loading.take(index)
            try loading.assembled(index) { () throws(MalformedEntry) in
                for record in records { try assembly.take(record, visit) }
            }
            progress(index + 1, reader.sections.count)
        }
        try loading.assembled(max(0, reader.sections.count - 1)) { () throws(MalformedEntry) in
            try assembly.finish(visit)
        }
        guard assembly.counts == reader.header.counts else {
            throw .damaged(file: reader.path, offset: 0, .incomplete)
        }
    }

    private func take(_ index: Int) throws(SnapshotError) -> [SnapshotRecord] {
        while true {
            let result = self.state.withLock { $0.results[index].take() }
            if let result { return try result.get() }
            self.decoded.wait()
        }
    }

    private func assembled(
        _ index: Int,
        _ body: () throws(MalformedEntry) -> Void
    ) throws(SnapshotError) {
        do throws(MalformedEntry) {
            try body()
        } catch {
            let offset = self.reader.sections.isEmpty ? 0 : self.reader.sections[index].offset
            throw .damaged(file: self.reader.path, offset: offset, .badRecord)
        }
    }

    // MARK: - The threads

    private func decode() {
        let memory = SectionMemory()
        while let index = self.state.withLock({ $0.takeNext() }) {
            let result: Result<[SnapshotRecord], SnapshotError>
            do throws(SnapshotError) {
                let section = self.reader.sections[index]
                result = .success(try self.reader.records(of: section, memory))
            } catch {
                result = .failure(error)
            }
            self.state.withLock { $0.results[index] = result }
            self.decoded.signal()
        }
        // What was made here is put together, and what it was made of is freed.
        self.isOver.wait()
        AllocatorGrowth.giveBackEnd()
    }
}

extension SnapshotLoading.State {
    fileprivate mutating func takeNext() -> Int? {
        guard self.next < self.results.count else { return nil }
        defer { self.next += 1 }
        return self.next
    }
}
