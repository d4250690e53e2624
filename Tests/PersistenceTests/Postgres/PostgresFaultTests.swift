import Glibc
import Persistence
import Shards
import TestSupport
import Testing

@Suite struct PostgresFaultTests {
    /// For the connection whose patience is to end; until then it has to get through.
    private static let hasty = PostgresTimeouts(
        connect: .seconds(5),
        lock: .milliseconds(300),
        statement: .seconds(4),
        answer: .seconds(5),
        bulk: .seconds(5)
    )

    /// For all others, however long the machine takes.
    private static let unhurried = PostgresTimeouts(
        connect: .seconds(60),
        lock: .seconds(60),
        statement: .seconds(60),
        answer: .seconds(120),
        bulk: .seconds(900)
    )

    /// A batch that goes all ways there are into the tables.
    private static var batch: RowBatch {
        var rows = SampleRows.batch
        rows.sentMessages += (100...300).map { SampleRows.row(SampleRows.message($0)) }
        return rows
    }

    private static func expectUnavailable(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () throws -> Void
    ) {
        let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try body() }
        if case .unavailable = error { return }
        Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
    }

    @Test func `a server killed within a batch keeps nothing of it`() throws {
        let home = try PostgresTestStore(on: try PostgresCluster())
        let run = try StoreRun(home.store)
        for round in 0..<3 {
            let before = try run.contents()
            try run.writer.begin(run.state)
            if round > 0 { try run.writer.apply(Self.batch) }
            home.cluster.kill()
            Self.expectUnavailable {
                if round == 1 { try run.writer.apply(Self.batch) }
                try run.commit()
            }
            Self.expectUnavailable { _ = try home.store.writer() }
            try home.cluster.start()
            try run.renewWriter()
            #expect(try run.contents() == before)
        }
        try run.write(Self.batch)
        let after = try run.contents()
        home.cluster.kill()
        try home.cluster.start()
        try run.renewWriter()
        #expect(try run.contents() == after)
        #expect(after.messages.count == 206)
    }

    @Test func `a server that does not answer costs no more than the time for an answer`() throws {
        let cluster = try PostgresCluster()
        let home = try PostgresTestStore(on: cluster, timeouts: Self.unhurried)
        let run = try StoreRun(home.store)
        let before = try run.contents()
        let store = PostgresStore(cluster.url(database: home.database), timeouts: Self.hasty)
        let writer = try store.writer()
        let reader = try store.reader()
        try writer.begin(run.state)
        cluster.pause()
        let time = ContinuousClock().measure {
            Self.expectUnavailable { try writer.apply(Self.batch) }
            Self.expectUnavailable { _ = try reader.messages([.ids([MessageID(rawValue: 1)])]) }
            Self.expectUnavailable { _ = try store.writer() }
        }
        // Twice the time for an answer, and once the time to connect.
        #expect(time > Self.hasty.answer && time < .seconds(120))
        // Without waiting again.
        #expect(throws: StoreError.unavailable("the connection is closed")) {
            try writer.commit(run.next)
        }
        cluster.resume()
        try run.renewWriter()
        #expect(try run.contents() == before)
        try run.write(Self.batch)
    }

    @Test func `a restarted server ends the connections, and new ones go on`() throws {
        let cluster = try PostgresCluster()
        let home = try PostgresTestStore(on: cluster)
        let run = try StoreRun(home.store)
        let reader = try home.store.reader()
        for mode in [PostgresCluster.StopMode.fast, .immediate] {
            try cluster.stop(mode)
            try cluster.start()
            Self.expectUnavailable { try run.write(Self.batch) }
            try run.renewWriter()
            try run.write(Self.batch)
        }
        Self.expectUnavailable { _ = try reader.state() }
        #expect(try home.store.reader().state() == run.state)
    }

    /// Cut after every so many bytes that the client sends, from the first to beyond the last.
    @Test func `a connection cut anywhere leaves all of a batch or nothing`() throws {
        let home = try PostgresTestStore(timeouts: Self.unhurried)
        let run = try StoreRun(home.store)
        let direct = home.cluster.url(database: home.database)
        let other = try PostgresConnection(direct, timeouts: Self.unhurried)
        let proxy = try TCPProxy(to: home.cluster.port)
        let url = "postgresql://postgres@127.0.0.1:\(proxy.port)/\(home.database)?sslmode=disable"
        let store = PostgresStore(url, timeouts: Self.hasty)
        var outcomes = [false: 0, true: 0]
        var keptButUnknown = 0
        try proxy.run {
            for count in stride(from: 500, through: 60_000, by: 1733) {
                proxy.cut(afterRequestBytes: count)
                let before = try run.contents()
                let next = run.next
                let rows = Self.rows(from: UInt64(count))
                let isCommitted = try Self.writes(rows, next, after: run.state, to: store)
                outcomes[isCommitted, default: 0] += 1
                // Waits for a commit that is still on its way.
                try other.execute("BEGIN; SELECT * FROM nodus_state FOR UPDATE; ROLLBACK")
                try run.renewWriter()
                let after = try run.contents()
                if run.state == next {
                    let added = after.messages.count - before.messages.count
                    #expect(added == 60)
                    if !isCommitted { keptButUnknown += 1 }
                } else {
                    #expect(after == before)
                    #expect(!isCommitted)
                }
            }
            proxy.cut(afterRequestBytes: nil)
        }
        #expect(outcomes[false, default: 0] > 5 && outcomes[true, default: 0] > 5)
        print("cut: \(outcomes), kept but not known: \(keptButUnknown)")
    }

    /// - Returns: false where the store went away.
    private static func writes(
        _ rows: RowBatch,
        _ next: StoreState,
        after state: StoreState,
        to store: PostgresStore
    ) throws -> Bool {
        do throws(StoreError) {
            let writer = try store.writer()
            try writer.begin(state)
            try writer.apply(rows)
            try writer.commit(next)
            return true
        } catch .unavailable {
            return false
        }
    }

    private static func rows(from number: UInt64) -> RowBatch {
        var rows = RowBatch()
        rows.users = [SampleRows.user(UInt32(number))]
        rows.sentMessages = (0..<60).map {
            SampleRows.row(SampleRows.message(number * 1000 + $0), at: number)
        }
        return rows
    }

    @Test func `a commit whose answer is lost is not known, and is there`() throws {
        let home = try PostgresTestStore(timeouts: Self.unhurried)
        let run = try StoreRun(home.store)
        let proxy = try TCPProxy(to: home.cluster.port)
        let url = "postgresql://postgres@127.0.0.1:\(proxy.port)/\(home.database)?sslmode=disable"
        try proxy.run {
            let writer = try PostgresStore(url, timeouts: Self.hasty).writer()
            try writer.begin(run.state)
            try writer.apply(Self.batch)
            proxy.set(.losesAnswers)
            Self.expectUnavailable { try writer.commit(run.next) }
            Self.expectUnavailable { _ = try writer.state() }
        }
        let successor = try home.store.writer()
        #expect(throws: StoreError.moved(run.next)) { try successor.begin(run.state) }
        #expect(try run.contents().messages.count == 206)
    }

    @Test func `a batch that commits late comes before its successor, never after`() throws {
        let home = try PostgresTestStore(timeouts: Self.unhurried)
        let run = try StoreRun(home.store)
        let proxy = try TCPProxy(to: home.cluster.port)
        let url = "postgresql://postgres@127.0.0.1:\(proxy.port)/\(home.database)?sslmode=disable"
        try proxy.run {
            let late = try PostgresConnection(url, timeouts: Self.hasty)
            // Else the server would end the transaction before the network lets the commit go.
            try late.execute("SET idle_in_transaction_session_timeout = 0")
            try late.execute("BEGIN; SELECT * FROM nodus_state FOR UPDATE")
            try late.execute("INSERT INTO chats (id, title) VALUES (7, 'late')")
            proxy.set(.holdsRequests)
            #expect(throws: PostgresError.self) {
                try late.execute("UPDATE nodus_state SET applied_position = 1; COMMIT")
            }
            #expect(!late.isOpen)
            let direct = home.cluster.url(database: home.database)
            let successor = try PostgresStore(direct, timeouts: Self.hasty).writer()
            Self.expectUnavailable { try successor.begin(run.state) }
            proxy.set(nil)
            // The row is free as soon as the late one is through.
            var found: StoreState?
            for _ in 0..<20 where found == nil {
                do throws(StoreError) {
                    try home.store.writer().begin(run.state)
                    Issue.record("the successor does not see the late batch")
                } catch {
                    if case .moved(let state) = error { found = state }
                }
            }
            #expect(found?.applied.rawValue == 1)
        }
        #expect(try run.contents().chats.map(\.chat.title) == ["late"])
    }

    @Test func `a locked table is waited for as long as the settings say`() throws {
        let home = try PostgresTestStore(timeouts: Self.unhurried)
        let run = try StoreRun(home.store)
        let before = try run.contents()
        let url = home.cluster.url(database: home.database)
        let other = try PostgresConnection(url, timeouts: Self.unhurried)
        do {
            let writer = try PostgresStore(url, timeouts: Self.hasty).writer()
            try other.execute("BEGIN; LOCK TABLE message_reactions IN ACCESS EXCLUSIVE MODE")
            try writer.begin(run.state)
            let start = ContinuousClock.now
            let error = #expect(throws: StoreError.self) { try writer.apply(Self.batch) }
            #expect(ContinuousClock.now - start > .milliseconds(250))
            // The time for a lock is over, and not the one for a statement.
            guard case .unavailable(let reason) = error, reason.contains("55P03") else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        try other.execute("ROLLBACK")
        try run.renewWriter()
        #expect(try run.contents() == before)
        try run.write(Self.batch)
    }

    @Test func `a writer that vanished without a word lets the state go`() throws {
        // Longer than its successor waits for the lock, so that it fails at least once.
        var timeouts = PostgresTimeouts.standard
        timeouts.answer = .seconds(20)
        let home = try PostgresTestStore()
        let run = try StoreRun(home.store)
        let proxy = try TCPProxy(to: home.cluster.port)
        let url = "postgresql://postgres@127.0.0.1:\(proxy.port)/\(home.database)?sslmode=disable"
        try proxy.run {
            let vanished = try PostgresStore(url, timeouts: timeouts).writer()
            try vanished.begin(run.state)
            proxy.set(.holdsRequests)
            var tries = 0
            while tries < 60 {
                tries += 1
                do {
                    try run.renewWriter()
                    try run.write(Self.batch)
                    break
                } catch StoreError.unavailable {
                    continue
                }
            }
            #expect((2...59).contains(tries))
            Self.expectUnavailable { _ = try vanished.state() }
        }
    }
}
