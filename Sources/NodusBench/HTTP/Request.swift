/// One request as bytes.
///
/// Hand-made, because the generator shares two cores with the server that it measures.
struct Request {
    enum Method: String {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    let method: Method
    /// Below `/api/v1`, with the query.
    let path: String
    var token: [UInt8] = []
    var key: String = ""
    var body: [UInt8]?

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        self.append(to: &bytes)
        return bytes
    }

    func append(to output: inout [UInt8]) {
        output.append(contentsOf: self.method.rawValue.utf8)
        output.append(contentsOf: " /api/v1".utf8)
        output.append(contentsOf: self.path.utf8)
        output.append(contentsOf: " HTTP/1.1\r\nHost: nodus\r\n".utf8)
        if !self.token.isEmpty {
            output.append(contentsOf: "Authorization: Bearer ".utf8)
            output.append(contentsOf: self.token)
            output.append(contentsOf: "\r\n".utf8)
        }
        if !self.key.isEmpty {
            output.append(contentsOf: "Idempotency-Key: ".utf8)
            output.append(contentsOf: self.key.utf8)
            output.append(contentsOf: "\r\n".utf8)
        }
        if let body = self.body {
            output.append(contentsOf: "Content-Type: application/json\r\nContent-Length: ".utf8)
            output.append(contentsOf: String(body.count).utf8)
            output.append(contentsOf: "\r\n\r\n".utf8)
            output.append(contentsOf: body)
        } else if self.method == .post {
            output.append(contentsOf: "Content-Length: 0\r\n\r\n".utf8)
        } else {
            output.append(contentsOf: "\r\n".utf8)
        }
    }
}
