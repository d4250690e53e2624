/// One answer as it came over the wire.
package struct HTTPAnswer: Sendable, CustomStringConvertible {
    package let status: Int
    package let reason: String
    package let version: String
    /// In their order, names in lower case.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The first header of that name, written in any case.
    package func header(_ name: String) -> String? {
        let name = name.lowercased()
        return self.headers.first { $0.name == name }?.value
    }

    package var text: String { String(decoding: self.body, as: UTF8.self) }

    /// Null where the body is no JSON.
    package var json: JSON { (try? JSON(parsing: self.body)) ?? .null }

    /// The sentence of a refusal, or nil where `detail` is a list.
    package var detail: String? { self.json["detail"].string }

    package var description: String { "\(self.status) \(self.reason) \(self.text)" }
}
