import ArgumentParser
import Foundation

/// Where the server is. Plain HTTP only: a proxy that speaks TLS is not what is measured.
struct ServerURL: ExpressibleByArgument, CustomStringConvertible {
    let host: String
    let port: UInt16

    init?(argument: String) {
        guard
            let parts = URLComponents(string: argument), parts.scheme == "http",
            let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/",
            let port = UInt16(exactly: parts.port ?? 80)
        else { return nil }
        self.host = host
        self.port = port
    }

    var description: String { "http://\(self.host):\(self.port)" }
}
