/// One JSON frame of the server's.
package struct SocketEvent: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package let data: JSON
    package let seq: Int64?
    package let prev: Int64?
    package let json: JSON

    package init(_ json: JSON) throws {
        guard let name = json["event"].string else { throw WaitError.malformed("event: \(json)") }
        self.json = json
        self.name = name
        self.data = json["data"]
        self.seq = json["seq"].int
        self.prev = json["prev"].int
    }

    package var description: String { "\(self.json)" }
}
