import Foundation
import TestSupport
import Testing

enum StoreKind: String, CaseIterable, Sendable {
    case sqlite = "SQLite"
    case postgres = "Postgres"
}

/// A server with the smallest memory budget there is, in front of one of the stores.
final class StoredServer: Sendable {
    static let budgetBytes = 16 << 20
    /// `SOAK=1` writes ten times the budget.
    static let isSoak = ProcessInfo.processInfo.environment["SOAK"] == "1"

    let kind: StoreKind
    let server: ServerProcess
    private let storeOptions: [String]

    private static let storingMax = Duration.seconds(120)

    /// `cluster` is the one to use instead of the one that suites share.
    init(_ kind: StoreKind, shardCount: Int = 1, on cluster: PostgresCluster? = nil) throws {
        self.kind = kind
        switch kind {
        case .sqlite:
            self.storeOptions = []
        case .postgres:
            let cluster = try cluster ?? PostgresCluster.shared()
            let url = cluster.url(database: try cluster.newDatabase())
            self.storeOptions = ["--database-url", url]
        }
        self.server = try ServerProcess(
            [
                "--no-limits", "--memory-budget", "\(Self.budgetBytes >> 20)",
                "--shards", "\(shardCount)", "--journal-segment-bytes", "\(4 << 20)",
            ] + self.storeOptions
        )
    }

    /// Returns when the store has everything that was answered.
    func waitUntilStored() throws {
        let client = HTTPClient(self.server)
        let end = ContinuousClock.now + Self.storingMax
        while true {
            let health = try client.send("GET", "/health/ready").json
            if health["database"] == "up", health["backlog_events"] == 0 { return }
            guard ContinuousClock.now < end else {
                throw WaitError.timedOut(waitingFor: "the store: \(health)")
            }
            // Nothing tells when it is done.
            usleep(10_000)
        }
    }

    /// Stops the server and compares journal and store, row by row.
    func expectNoDifferences() throws {
        #expect(try self.server.stop() == 0, "\(self.server.log.suffix(2000))")
        let outcome = try ServerProcess.run(
            ["verify", "--data-dir", self.server.dataFolder]
                + ["--snapshot-dir", self.server.snapshotFolder] + self.storeOptions,
            timeout: .seconds(300)
        )
        #expect(outcome.status == 0, "\(outcome.output.prefix(2000))\(outcome.errorOutput)")
        #expect(outcome.output.contains("differences: 0"))
    }

    /// What the process has in memory: `VmRSS` now, `VmHWM` at most so far (proc(5)), in MiB.
    func resident(_ name: String = "VmRSS") throws -> Int {
        let path = "/proc/\(self.server.processID)/status"
        let line = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .first { $0.hasPrefix("\(name):") }
        let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return try #require(kibibytes) / 1024
    }
}

/// Works on all inputs at once, and gives what came of them in their order.
func concurrently<Input: Sendable, Output: Sendable>(
    _ inputs: [Input],
    _ work: @escaping @Sendable (Input) throws -> Output
) async throws -> [Output] {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
        for (index, input) in inputs.enumerated() {
            group.addTask { (index, try work(input)) }
        }
        var outputs: [Int: Output] = [:]
        for try await (index, output) in group { outputs[index] = output }
        return inputs.indices.compactMap { outputs[$0] }
    }
}

extension [Duration] {
    /// A line for whoever reads the run: the middle one and the one that one in a hundred exceeds.
    var percentiles: String {
        let sorted = self.sorted()
        guard let last = sorted.last else { return "none" }
        func text(_ duration: Duration) -> String {
            duration.formatted(.units(allowed: [.milliseconds], fractionalPart: .show(length: 1)))
        }
        let middle = sorted[sorted.count / 2]
        let high = sorted[Swift.min(sorted.count - 1, sorted.count * 99 / 100)]
        return "p50 \(text(middle)), p99 \(text(high)), most \(text(last)) of \(sorted.count)"
    }
}
