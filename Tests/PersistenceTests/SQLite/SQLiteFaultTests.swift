import Glibc
import Shards
import TestSupport
import Testing

@testable import Persistence

/// What happens to the file when a process, a disk or a person fails.
@Suite struct SQLiteFaultTests {
    /// Writes a number where the parent finds it.
    private static func note(_ number: UInt64, in descriptor: Int32) {
        withUnsafeBytes(of: number) { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func noted(in path: String) -> UInt64 {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var number: UInt64 = 0
        _ = withUnsafeMutableBytes(of: &number) { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return number
    }

    /// Ends this process by SIGKILL when the time has come.
    private static func kill(after microseconds: Int) {
        var event = sigevent()
        event.sigev_notify = Int32(SIGEV_SIGNAL)
        event.sigev_signo = SIGKILL
        var timer = timer_t(bitPattern: 0)
        timer_create(CLOCK_MONOTONIC, &event, &timer)
        var time = itimerspec()
        time.it_value.tv_nsec = microseconds * 1000
        timer_settime(timer, 0, &time, nil)
    }

    @Test(arguments: Array(1...8))
    func `a process killed at any moment loses nothing that was committed`(round: Int) async throws
    {
        let world = try SQLiteWorld.prepared()
        let path = world.path
        for killing in 0..<3 {
            let microseconds = 20_000 + round * 17_321 + killing * 7_919
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, us = microseconds as Int] in
                let writer = try SQLiteStore(SQLiteSettings(path: path)).writer()
                let notes = open(path + ".noted", O_CREAT | O_WRONLY, 0o600)
                Self.kill(after: us)
                while true {
                    try SQLiteWorld.write(messages: 500, with: writer)
                    Self.note(try writer.state().applied.rawValue, in: notes)
                }
            }
            try world.expectWhole(at: Self.noted(in: path + ".noted"))
        }
        try world.write(2, with: try world.store.writer())
        try world.expectWhole()
    }

    @Test func `a process killed between apply and commit leaves nothing of the batch`()
        async throws
    {
        let world = try SQLiteWorld.prepared()
        try world.write(3, with: try world.store.writer())
        let path = world.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            var settings = SQLiteSettings(path: path)
            settings.writerCacheKiB = 64
            let writer = try SQLiteStore(settings).writer()
            let state = try writer.state()
            try writer.begin(state)
            var before = stat()
            stat(path + "-wal", &before)
            try writer.apply(SQLiteWorld.batch(after: state.applied, messages: 2000))
            var status = stat()
            stat(path + "-wal", &status)
            // More than the cache holds, so that pages of it are in the log.
            guard status.st_size > before.st_size + 100_000 else { return }
            Glibc.kill(getpid(), SIGKILL)
        }
        #expect(try world.expectWhole() == 30)
    }

    @Test func `another process that writes is waited for, and then the store is unavailable`()
        async throws
    {
        let world = try SQLiteWorld.prepared()
        let writer = try world.store.writer()
        try world.write(1, with: writer)
        let path = world.path
        try writer.begin(try writer.state())
        try writer.apply(SQLiteWorld.batch(after: Position(rawValue: 10), messages: 5))
        await #expect(processExitsWith: .success) { [path = path as String] in
            var settings = SQLiteSettings(path: path)
            settings.busyTimeout = .milliseconds(20)
            let second = try SQLiteStore(settings).writer()
            let state = try second.state()
            #expect(state.applied.rawValue == 10)
            let error = #expect(throws: StoreError.self) { try second.begin(state) }
            #expect(error.isUnavailable)
            let found = try SQLiteStore(settings).reader()
                .messages([.everywhere(above: MessageID(rawValue: 0), countMax: 100)])
            #expect(found[0].count == 10)
        }
        var state = try writer.state()
        state.applied = Position(rawValue: 15)
        state.newest.message = MessageID(rawValue: 15)
        try writer.commit(state)
        #expect(try world.expectWhole() == 15)
    }

    @Test func `what another process wrote in between is seen, and stops the batch`() throws {
        let world = try SQLiteWorld.prepared()
        let writer = try world.store.writer()
        let expected = try writer.state()
        try world.write(1, with: try world.store.writer())
        let found = try writer.state()
        #expect(throws: StoreError.moved(found)) { try writer.begin(expected) }
        let error = #expect(throws: StoreError.self) {
            try writer.apply(SQLiteWorld.batch(after: .zero, messages: 1))
        }
        #expect(error.isUnavailable, "the transaction is over")
        try world.write(1, with: writer)
        #expect(try world.expectWhole() == 20)
    }

    @Test func `a full disk makes the store unavailable and leaves it whole`() async throws {
        let world = try SQLiteWorld.prepared()
        let path = world.path
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 400_000, rlim_max: 400_000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let store = SQLiteStore(SQLiteSettings(path: path))
            let error = #expect(throws: StoreError.self) {
                let writer = try store.writer()
                for _ in 0..<1000 { try SQLiteWorld.write(messages: 100, with: writer) }
            }
            #expect(error.isUnavailable)
            let applied = try store.reader().state().applied.rawValue
            #expect(applied > 0 && applied % 100 == 0)
            let again = #expect(throws: StoreError.self) {
                try SQLiteWorld.write(messages: 5000, with: try store.writer())
            }
            #expect(again.isUnavailable)
        }
        let applied = try world.expectWhole(at: 100)
        try world.write(1, with: try world.store.writer())
        #expect(try world.expectWhole() == applied + 10)
    }

    @Test func `without its log a file is as old as its last checkpoint, and whole`() async throws {
        let world = try SQLiteWorld.prepared()
        try world.write(5, with: try world.store.writer())
        let path = world.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let writer = try SQLiteStore(SQLiteSettings(path: path)).writer()
            for _ in 0..<5 { try SQLiteWorld.write(messages: 10, with: writer) }
            Glibc.kill(getpid(), SIGKILL)
        }
        #expect(unlink(path + "-wal") == 0)
        unlink(path + "-shm")
        try world.store.prepare()
        #expect(try world.expectWhole() == 50)
    }

    @Test func `a file that was moved away is not written to`() throws {
        let world = try SQLiteWorld.prepared()
        let writer = try world.store.writer()
        try world.write(1, with: writer)
        rename(world.path, world.path + ".moved")
        let error = #expect(throws: StoreError.self) { try world.write(1, with: writer) }
        #expect(error.isUnusable)
        #expect(error?.description.contains("not at its place") == true)
        rename(world.path + ".moved", world.path)
        try world.write(1, with: writer)
        #expect(try world.expectWhole() == 20)
    }

    @Test func `damage anywhere in the file is an error and names it, or is harmless`() throws {
        let world = try SQLiteWorld.prepared()
        try world.write(20, messages: 20, with: try world.store.writer())
        let whole = try world.bytes()
        let pageBytes = 4096
        var foundCount = 0
        for page in 0..<whole.count / pageBytes {
            let garbage = [UInt8](repeating: 0xa5, count: page == 0 ? 16 : 512)
            world.overwrite(with: garbage, at: page * pageBytes)
            do {
                try world.store.prepare()
                try world.store.check()
                _ = try world.store.reader().load { _ in }
            } catch {
                foundCount += 1
                #expect((error as StoreError?).isUnusable)
                #expect("\(error)".contains(world.path))
            }
            world.overwrite(
                with: Array(whole[(page * pageBytes)..<((page + 1) * pageBytes)]),
                at: page * pageBytes
            )
        }
        #expect(foundCount == whole.count / pageBytes, "no page is free")
        #expect(try world.expectWhole() == 400)
    }

    @Test func `a file cut short is found damaged`() throws {
        let world = try SQLiteWorld.prepared()
        try world.write(20, messages: 20, with: try world.store.writer())
        let size = try world.bytes().count
        truncate(world.path, size / 2)
        let error = #expect(throws: StoreError.self) { try world.store.check() }
        #expect(error.isUnusable)
        #expect(error?.description.contains(world.path) == true)
    }

    @Test func `reading that takes too long is broken off, and the next goes on`() throws {
        var world = try SQLiteWorld.prepared()
        try world.write(20, messages: 1000, with: try world.store.writer())
        world.settings.readTimeout = .zero
        world.settings.loadTimeout = .milliseconds(1)
        let reader = try world.store.reader()
        let all = HistoryQuery.everywhere(above: MessageID(rawValue: 0), countMax: .max)
        let error = #expect(throws: StoreError.self) { try reader.messages([all]) }
        #expect(error.isUnavailable)
        let loading = #expect(throws: StoreError.self) { try reader.load { _ in } }
        #expect(loading.isUnavailable)
        #expect(try reader.messages([.ids([MessageID(rawValue: 5)])])[0].count == 1)
        #expect(try reader.state().applied.rawValue == 20_000)
    }

    @Test func `the log begins anew after a reader that stayed long has left`() throws {
        var world = try SQLiteWorld.prepared()
        world.settings.busyTimeout = .zero
        world.settings.logBytesMax = 1 << 20
        let writer = try world.store.writer()
        try world.write(1, with: writer)
        func logBytes() -> Int {
            var status = stat()
            #expect(stat(world.path + "-wal", &status) == 0)
            return Int(status.st_size)
        }
        func writeMore() throws(StoreError) {
            for _ in 0..<40 { try SQLiteWorld.write(messages: 100, with: writer) }
        }
        _ = try world.store.reader().load { (row) throws(StoreError) in
            guard case .chat = row else { return }
            try writeMore()
        }
        #expect(logBytes() > 1 << 20)
        try writeMore()
        #expect(logBytes() <= 1 << 20)
        #expect(try world.expectWhole() == 8010)
    }
}
