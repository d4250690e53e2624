/// Clocks and counters at the beginning, to be taken from those at the end.
struct FanoutMeter {
    private let run: FanoutRun
    private let servers: [Int]
    private let startedAt = ContinuousClock.now
    private let client = CPUTime.ofThisProcess()
    private let server: Double?
    private let countsPath: String?
    private let counts: AllocationCounts?
    private let deliveryCount: Int
    private let sentCount: Int
    private let readCount: Int

    init(_ run: FanoutRun, servers: [Int], counts path: String?) throws {
        self.run = run
        self.servers = servers
        self.server = CPUTime.ofProcesses(servers)
        self.countsPath = path
        self.counts = try path.map { try AllocationCounts(of: $0) }
        self.deliveryCount = run.tally.deliveryCount
        self.sentCount = run.tally.sentCount
        self.readCount = run.streams.readCount
    }

    /// Seconds.
    var elapsed: Double { (ContinuousClock.now - self.startedAt) / .seconds(1) }

    func result(_ options: FanoutOptions, elapsed: Double) throws -> FanoutResult {
        let deliveries = self.run.tally.deliveryCount - self.deliveryCount
        let reads = self.run.streams.readCount - self.readCount
        let percentiles = self.run.tally.latencies.percentiles([50, 99, 100])
        var result = FanoutResult(
            dialect: options.dialect,
            sockets: options.sockets,
            messages: self.run.tally.sentCount - self.sentCount,
            deliveries: deliveries,
            seconds: elapsed,
            perSecond: Double(deliveries) / elapsed,
            perRead: Double(deliveries) / Double(max(1, reads)),
            p50: percentiles[0],
            p99: percentiles[1],
            max: percentiles[2],
            clientCPU: (CPUTime.ofThisProcess() - self.client) / elapsed
        )
        if let before = self.server, let after = CPUTime.ofProcesses(self.servers) {
            result.serverCPU = (after - before) / elapsed
            result.perServerSecond = Double(deliveries) / max(after - before, 0.001)
        }
        if let before = self.counts, let after = try self.countsPath.map(AllocationCounts.init) {
            result.allocations = after.allocations - before.allocations
            result.writes = after.writes - before.writes
        }
        return result
    }
}
