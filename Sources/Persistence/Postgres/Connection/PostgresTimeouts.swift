/// How long one connection waits, and has the server wait.
package struct PostgresTimeouts: Sendable {
    /// For each of the hosts of an address, in whole seconds of at least 2 (libpq's manual §34.1);
    /// the address may say another.
    package var connect: Duration
    /// For a lock.
    package var lock: Duration
    /// For one statement; zero for as long as it takes.
    package var statement: Duration
    /// For the answer to a call. Above the two before, so that the server says why first.
    package var answer: Duration
    /// For each next row where whole tables are read.
    package var bulk: Duration

    package init(
        connect: Duration,
        lock: Duration,
        statement: Duration,
        answer: Duration,
        bulk: Duration
    ) {
        self.connect = connect
        self.lock = lock
        self.statement = statement
        self.answer = answer
        self.bulk = bulk
    }

    package static let standard = PostgresTimeouts(
        connect: .seconds(5),
        lock: .seconds(5),
        statement: .seconds(20),
        answer: .seconds(25),
        bulk: .seconds(900)
    )

    /// For statements that take as long as the tables are big.
    package static let patient = PostgresTimeouts(
        connect: .seconds(5),
        lock: .seconds(30),
        statement: .zero,
        answer: .seconds(86_400),
        bulk: .seconds(86_400)
    )
}

extension Duration {
    /// Rounded up; at most what `poll` and the server's settings take.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = self.components
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        return overflows ? .max : Int32(clamping: max(0, whole &+ part))
    }
}

/// The end of a wait.
struct PostgresDeadline {
    private let end: ContinuousClock.Instant

    init(after duration: Duration) {
        self.end = .now.advanced(by: duration)
    }

    /// As `poll` wants it.
    var milliseconds: Int32 { ContinuousClock.now.duration(to: self.end).wholeMilliseconds }
}
