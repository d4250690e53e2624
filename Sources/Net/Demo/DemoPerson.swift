import Shards

/// Somebody made up, as whom anybody may look around.
package struct DemoPerson: Sendable {
    let name: String
    /// `.invalid` is nobody's domain (RFC 2606 §2).
    var email: String { "\(self.name.lowercased())@demo.invalid" }

    /// No secret: the page tells it to whoever asks.
    static let password = "look around"

    static let all = ["Anna", "Ben", "Chiara", "Dmitri"].map { DemoPerson(name: $0) }

    /// What the web client is told, as JSON.
    package static var configuration: String {
        var json = JSONWriter(reserving: 512)
        json.raw("{\"demo\":")
        json.array(Self.all) { person, json in
            json.raw("{\"email\":")
            json.string(person.email)
            json.raw(",\"password\":")
            json.string(Self.password)
            json.raw(",\"display_name\":")
            json.string(person.name)
            json.raw("}")
        }
        json.raw("}")
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
