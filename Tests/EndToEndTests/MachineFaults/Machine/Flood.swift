import Foundation
import TestSupport

/// Somebody with a chat of their own who sends much more at once than the writers do.
///
/// The history knows nothing of it: what was acknowledged is held against the chat's pages here.
final class Flood {
    private let person: Person
    private let chat: Int64
    private let connections: [HTTPClient]
    private var acknowledged: [Int64] = []
    private(set) var refusedCount = 0

    /// What a server takes of one connection before it reads no more of it.
    private static let requestsPerConnection = 64
    /// That no compression makes shorter.
    private static let text = Data((0..<12_000).map { _ in UInt8.random(in: 0...255) })
        .base64EncodedString()

    /// Connects at once.
    init(_ server: ServerProcess, connectionCount: Int) throws {
        self.person = try Person("Flood", on: server)
        self.chat = try self.person.makeGroup()
        self.connections = (0..<connectionCount).map { _ in
            HTTPClient(server, timeout: .seconds(60))
        }
        let authorization = self.person.authorization
        for connection in self.connections {
            _ = try connection.send("GET", "/api/v1/users/me", headers: [authorization])
        }
    }

    /// One message after the other, a megabyte in all, each as soon as there is room for it.
    func sendMebibyte() throws {
        for _ in 0..<Self.requestsPerConnection + 4 {
            let answer = try HTTPAnswer.untilNotPutOff {
                try self.person.post("/messages", self.message)
            }
            guard answer.status == 201, let id = answer.json["id"].int else {
                throw WaitError.malformed("\(answer)")
            }
            self.acknowledged.append(id)
        }
    }

    private var message: JSON {
        ["chat_id": JSON(self.chat), "type": "text", "content": .string(Self.text)]
    }

    /// Writes a megabyte a connection and waits for nothing.
    func write() throws {
        let headers = [self.person.authorization]
        for connection in self.connections {
            for _ in 0..<Self.requestsPerConnection {
                try connection.write("POST", "/api/v1/messages", self.message, headers: headers)
            }
        }
    }

    /// Reads the answers to what `write` wrote.
    func readAnswers() throws {
        for connection in self.connections {
            for _ in 0..<Self.requestsPerConnection {
                let answer = try connection.readAnswer()
                switch answer.status {
                case 201: self.acknowledged.append(answer.json["id"].int ?? 0)
                case 503: self.refusedCount += 1
                default: throw WaitError.malformed("\(answer)")
                }
            }
        }
    }

    var acknowledgedCount: Int { self.acknowledged.count }

    /// Whether the chat has what was acknowledged and nothing else.
    func isWhole() throws -> Bool {
        var found: Set<Int64> = []
        var before = ""
        while true {
            let page = try self.person.get("/messages?chat_id=\(self.chat)&limit=200\(before)").json
            found.formUnion(page["messages"].items.compactMap { $0["id"].int })
            guard let cursor = page["next_cursor"].int else { break }
            before = "&before_id=\(cursor)"
        }
        return found == Set(self.acknowledged) && found.count == self.acknowledged.count
    }
}
