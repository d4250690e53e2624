import Foundation

/// What one fan-out measured. Latencies in milliseconds, processor shares of one core.
struct FanoutResult: Encodable {
    let dialect: FanoutProtocol
    let sockets: Int
    let messages: Int
    let deliveries: Int
    let seconds: Double
    let perSecond: Double
    /// Messages that a reader found at a time: how far the server and the kernel gather them.
    let perRead: Double
    let p50: Double
    let p99: Double
    let max: Double
    let clientCPU: Double
    var serverCPU: Double?
    /// Deliveries, of the server's processor time.
    var perServerSecond: Double?
    /// Of the server, where they are counted.
    var allocations: Int?
    /// System calls of the server that write, where they are counted.
    var writes: Int?

    var line: String {
        var line = String(
            format: "%@: %d messages to %d sockets, %.0f deliveries/s, %.1f a read, "
                + "p50 %.2f ms, p99 %.2f ms, max %.2f ms, client %.0f %% of a core",
            self.dialect.rawValue,
            self.messages,
            self.sockets,
            self.perSecond,
            self.perRead,
            self.p50,
            self.p99,
            self.max,
            self.clientCPU * 100
        )
        if let cpu = self.serverCPU, let each = self.perServerSecond {
            line += String(
                format: ", server %.0f %%, %.0f deliveries a server second",
                cpu * 100,
                each
            )
        }
        if let allocations = self.allocations, let writes = self.writes {
            line += ", \(allocations) allocations, \(writes) writes"
        }
        return line
    }

    var json: String { JSONLine.text(of: self) }
}
