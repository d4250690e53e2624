/// Which web pages may call: the configured origins, by default any page of this machine.
package struct CORSPolicy: Sendable {
    private let origins: Set<String>
    private let allowsLocal: Bool
    private let allowsAll: Bool

    /// - Parameter origins: such as `https://chat.example.org`; `local` stands for `http://localhost`
    ///   and `http://127.0.0.1` on any port, `*` for every origin.
    package init(origins: [String]) {
        self.origins = Set(origins)
        self.allowsLocal = origins.contains("local")
        self.allowsAll = origins.contains("*")
    }

    func allows(_ origin: String) -> Bool {
        guard origin.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
        return self.allowsAll || self.origins.contains(origin)
            || self.allowsLocal && Self.isLocal(origin)
    }

    private static func isLocal(_ origin: String) -> Bool {
        for host in ["http://localhost", "http://127.0.0.1", "http://[::1]"] {
            guard origin.hasPrefix(host) else { continue }
            let rest = origin.dropFirst(host.count)
            if rest.isEmpty { return true }
            guard rest.first == ":", UInt16(rest.dropFirst()) != nil else { continue }
            return true
        }
        return false
    }
}

extension CORSPolicy {
    /// The answer to a preflight (Fetch standard, "CORS-preflight request"): what is allowed is the
    /// same for all paths; without an allowed origin the browser refuses by itself.
    static func preflight(_ head: HTTPHead) -> Response {
        guard head.allowedOrigin != nil else { return Response(.http(head), status: 204) }
        return Response(
            .http(head),
            status: 204,
            headers: [
                .field(
                    "Access-Control-Allow-Methods",
                    "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
                ),
                .field(
                    "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, Idempotency-Key"
                ),
                .field("Access-Control-Max-Age", "600"),
            ]
        )
    }
}
