/// The reply to a command over a socket.
package struct SocketReply: Hashable, Sendable, CustomStringConvertible {
    /// The command's id, as it came back.
    package let id: JSON
    package let status: Int
    /// Null also where there is none; `json` tells.
    package let body: JSON
    package let isReplay: Bool
    package let retryAfter: Int64?
    package let json: JSON

    package init(_ json: JSON) throws {
        guard let status = json["status"].int, json.keys.contains("reply") else {
            throw WaitError.malformed("reply: \(json)")
        }
        self.json = json
        self.id = json["reply"]
        self.status = Int(status)
        self.body = json["body"]
        self.isReplay = json["replayed"] == true
        self.retryAfter = json["retry_after"].int
    }

    package var hasBody: Bool { self.json.keys.contains("body") }

    package var description: String { "\(self.json)" }
}

extension WebSocketClient {
    /// Writes a command without waiting for its reply.
    package func write(
        _ command: String,
        _ fields: [String: JSON] = [:],
        id: JSON? = nil,
        key: String? = nil
    ) throws {
        try self.send(Self.command(command, fields, id: id, key: key))
    }

    package static func command(
        _ command: String,
        _ fields: [String: JSON],
        id: JSON? = nil,
        key: String? = nil
    ) -> JSON {
        var all = fields
        all["do"] = .string(command)
        if let id { all["id"] = id }
        if let key { all["key"] = .string(key) }
        return .object(all)
    }

    /// The next reply; events before it are passed over.
    package func reply(timeout: Duration? = nil) throws -> SocketReply {
        let deadline = Deadline(after: timeout ?? self.timeout)
        while true {
            let json = try self.nextJSON(timeout: .milliseconds(deadline.milliseconds))
            if json.keys.contains("reply") { return try SocketReply(json) }
        }
    }

    /// Sends a command and waits for the next reply, which is to be its own.
    package func ask(
        _ command: String,
        _ fields: [String: JSON] = [:],
        key: String? = nil
    ) throws -> SocketReply {
        try self.write(command, fields, id: .string(command), key: key)
        let reply = try self.reply()
        guard reply.id == .string(command) else { throw WaitError.malformed("reply: \(reply)") }
        return reply
    }
}
