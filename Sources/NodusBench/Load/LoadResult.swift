import ArgumentParser
import Foundation

enum LoadKind: String, ExpressibleByArgument, CaseIterable, Encodable {
    case page
    case send
    case react
    case typing
    case raw
}

/// What one load measured. Latencies in milliseconds, processor shares of one core.
struct LoadResult: Encodable {
    static let percentiles: [Double] = [10, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100]

    let kind: LoadKind
    let connections: Int
    let pipeline: Int
    let requests: Int
    let seconds: Double
    let perSecond: Double
    let p50: Double
    let p99: Double
    /// At each of `percentiles`.
    let curve: [Double]
    /// On average.
    let bodyBytes: Double
    let clientCPU: Double
    let deferred: Int
    var serverCPU: Double?
    /// Of processor time, a request.
    var serverMicroseconds: Double?

    var line: String {
        var line = String(
            format: "%@: %.0f/s, p50 %.3f ms, p99 %.3f ms, %.0f bytes a body, "
                + "client %.0f %% of a core",
            self.kind.rawValue,
            self.perSecond,
            self.p50,
            self.p99,
            self.bodyBytes,
            self.clientCPU * 100
        )
        if let cpu = self.serverCPU, let each = self.serverMicroseconds {
            line += String(format: ", server %.0f %%, %.2f us a request", cpu * 100, each)
        }
        return self.deferred > 0 ? line + ", \(self.deferred) deferred" : line
    }

    var json: String { JSONLine.text(of: self) }
}
