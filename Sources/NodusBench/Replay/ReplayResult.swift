import Foundation

/// What a replay measured. Latencies in milliseconds.
struct ReplayResult: Encodable {
    let messages: Int
    /// On the server before this run.
    let found: Int
    let acked: Int
    let refused: Int
    let memberships: Int
    let seconds: Double
    let p50: Double
    let p99: Double
    /// Of one core.
    let clientCPU: Double
    let reconnects: Int
    let deferred: Int

    var line: String {
        let rate = Int(Double(self.acked) / max(self.seconds, 1e-9))
        return String(
            format: "acked %d messages in %.1f s: %d/s, p50 %.2f ms, p99 %.2f ms, client %.0f %% "
                + "of a core; %d joins and leaves, %d reconnects, %d deferred, %d refused",
            self.acked,
            self.seconds,
            rate,
            self.p50,
            self.p99,
            self.clientCPU * 100,
            self.memberships,
            self.reconnects,
            self.deferred,
            self.refused
        )
    }

    var json: String { JSONLine.text(of: self) }
}
