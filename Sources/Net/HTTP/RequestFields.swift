import NIOHTTP1

/// The header fields that the server looks at, gathered in one pass.
struct RequestFields: Sendable {
    private(set) var hostCount = 0
    private(set) var contentLength = 0
    private(set) var expectation: String?
    private(set) var origin: String?
    private(set) var authorization: String?
    private(set) var contentType: String?
    private(set) var isEncoded = false
    private(set) var idempotencyKey: String?
    /// The protocols that `Upgrade` names.
    private(set) var upgrade: String?
    private(set) var acceptEncoding: String?
    private(set) var ifNoneMatch: String?
    /// A preflight of CORS asks for this method.
    private(set) var requestedMethod: String?

    init(_ headers: HTTPHeaders) {
        for (name, value) in headers { self.take(name, value) }
    }

    /// The length of a name tells most of them apart; only the rest is compared.
    private mutating func take(_ name: String, _ value: String) {
        switch name.utf8.count {
        case 4 where name.isField("host"): self.hostCount += 1
        case 6 where name.isField("expect"): self.expectation = value
        case 6 where name.isField("origin"): self.origin = value
        case 7 where name.isField("upgrade"): self.upgrade = value
        case 12 where name.isField("content-type"): self.contentType = value
        case 13 where name.isField("authorization"): self.authorization = value
        case 13 where name.isField("if-none-match"): self.ifNoneMatch = value
        case 14 where name.isField("content-length"): self.contentLength = Int(value) ?? 0
        case 15 where name.isField("idempotency-key"): self.idempotencyKey = value
        case 15 where name.isField("accept-encoding"): self.acceptEncoding = value
        case 16 where name.isField("content-encoding"): self.isEncoded = true
        case 29 where name.isField("access-control-request-method"): self.requestedMethod = value
        default: break
        }
    }

    /// What follows `Bearer ` (RFC 6750 §2.1).
    var bearerToken: String? {
        guard let value = self.authorization, value.utf8.count > 7,
            Substring(value.utf8.prefix(7)).isField("bearer ")
        else { return nil }
        return String(Substring(value.utf8.dropFirst(7)))
    }

    /// Whether the answer may come compressed (RFC 9110 §12.5.3).
    var acceptsGzip: Bool {
        guard let codings = self.acceptEncoding else { return false }
        var isAccepted: [Substring: Bool] = [:]
        let list = codings.lowercased().filter { $0 != " " && $0 != "\t" }
        for coding in list.split(separator: ",") {
            let parts = coding.split(separator: ";")
            guard let name = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
            isAccepted[name] = weight.map { (Double($0) ?? 0) > 0 } ?? true
        }
        // `*` is what is not named.
        return isAccepted["gzip"] ?? isAccepted["*"] ?? false
    }

    /// Whether the body is said to be JSON; nothing said is taken as that.
    var isJSON: Bool {
        guard !self.isEncoded else { return false }
        guard let type = self.contentType, type != "application/json" else { return true }
        let essence = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        return essence == "application/json"
            || essence.hasPrefix("application/") && essence.hasSuffix("+json")
    }
}

extension StringProtocol {
    /// Whether it is the same but for the case of ASCII letters; `lowercase` has none.
    fileprivate func isField(_ lowercase: StaticString) -> Bool {
        var expected = lowercase.utf8Start
        for byte in self.utf8 {
            let folded = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            guard folded == expected.pointee else { return false }
            expected += 1
        }
        return true
    }
}
