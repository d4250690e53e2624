/// Counts what is answered inside of the measured window, and the processor time that it took.
final class LoadTally {
    private let start: ContinuousClock.Instant
    private let end: ContinuousClock.Instant
    private let servers: [Int]
    private var first: Sample?
    private var last: Sample?
    private(set) var latencies = Latencies()
    private(set) var bodyBytes = 0
    private(set) var deferredCount = 0

    private struct Sample {
        let at: ContinuousClock.Instant
        let client: Double
        let server: Double?
    }

    /// `servers` are processes whose processor time is read, if they run on this machine.
    init(warmUp: Duration, window: Duration, servers: [Int]) {
        self.start = .now + warmUp
        self.end = self.start + window
        self.servers = servers
    }

    var isOver: Bool { self.last != nil }

    func answered(at now: ContinuousClock.Instant, after latency: Duration, bodyBytes: Int) {
        guard now >= self.start, self.last == nil else { return }
        if self.first == nil { self.first = self.sample(at: now) }
        self.latencies.add(latency)
        self.bodyBytes += bodyBytes
        if now >= self.end { self.last = self.sample(at: now) }
    }

    func deferred() { self.deferredCount += 1 }

    func result(kind: LoadKind, connections: Int, pipeline: Int) -> LoadResult? {
        guard let first = self.first, let last = self.last else { return nil }
        let count = Double(self.latencies.count)
        let seconds = max((last.at - first.at) / .seconds(1), 1e-9)
        let percentiles = self.latencies.percentiles([50, 99])
        var result = LoadResult(
            kind: kind,
            connections: connections,
            pipeline: pipeline,
            requests: self.latencies.count,
            seconds: seconds,
            perSecond: count / seconds,
            p50: percentiles[0],
            p99: percentiles[1],
            curve: self.latencies.percentiles(LoadResult.percentiles),
            bodyBytes: Double(self.bodyBytes) / count,
            clientCPU: (last.client - first.client) / seconds,
            deferred: self.deferredCount
        )
        if let before = first.server, let after = last.server {
            result.serverCPU = (after - before) / seconds
            result.serverMicroseconds = (after - before) / count * 1e6
        }
        return result
    }

    private func sample(at now: ContinuousClock.Instant) -> Sample {
        Sample(
            at: now,
            client: CPUTime.ofThisProcess(),
            server: CPUTime.ofProcesses(self.servers)
        )
    }
}
