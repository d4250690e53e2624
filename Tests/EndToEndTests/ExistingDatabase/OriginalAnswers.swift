import TestSupport

/// What the original answers, as Nodus answers it: the differences are in the contract's section 6.
enum OriginalAnswers {
    /// A list of chats, by ascending id. Others' mail addresses are hidden.
    static func chats(_ list: JSON, for email: String) -> [JSON] {
        list.items.map { chat in
            guard case .object(var members) = Self.inUTC(chat) else { return chat }
            let people = members["participants"]?.items ?? []
            members["participants"] = .array(
                Self.sorted(people).map { person in
                    guard case .object(var fields) = person else { return person }
                    if fields["email"] != .string(email) { fields["email"] = .null }
                    return .object(fields)
                }
            )
            return .object(members)
        }
        .sorted(by: Self.isBefore)
    }

    /// Messages, newest first, with their reactions in order of id.
    static func messages(_ list: JSON) -> [JSON] {
        list.items.map { message in
            guard case .object(var members) = Self.inUTC(message) else { return message }
            members["reactions"] = .array(Self.sorted(members["reactions"]?.items ?? []))
            return .object(members)
        }
        .sorted { Self.isBefore($1, $0) }
    }

    private static let times: Set<String> = [
        "ts", "created_at", "deleted_at", "updated_at", "updatedAt",
    ]

    /// Its times are in UTC and do not say so, and leave out a fraction that is zero.
    private static func inUTC(_ json: JSON) -> JSON {
        switch json {
        case .array(let items):
            return .array(items.map(Self.inUTC))
        case .object(let members):
            let pairs = members.map { name, value in
                (name, Self.times.contains(name) ? Self.time(value) : Self.inUTC(value))
            }
            return .object(Dictionary(pairs) { $1 })
        default:
            return json
        }
    }

    private static func time(_ json: JSON) -> JSON {
        guard let text = json.string, !text.hasSuffix("Z") else { return json }
        let parts = text.split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        let zeros = String(repeating: "0", count: max(0, 6 - fraction.count))
        return .string("\(parts[0]).\(fraction)\(zeros)Z")
    }

    private static func sorted(_ items: [JSON]) -> [JSON] { items.sorted(by: self.isBefore) }

    private static func isBefore(_ left: JSON, _ right: JSON) -> Bool {
        (left["id"].int ?? 0) < (right["id"].int ?? 0)
    }
}

extension Person {
    /// All messages of a chat, page by page, newest first.
    func allMessages(of chat: Int64, includingDeleted: Bool = true) throws -> [JSON] {
        var found: [JSON] = []
        var cursor = ""
        while true {
            let path = "/messages?chat_id=\(chat)&limit=50&include_deleted=\(includingDeleted)"
            let answer = try self.get(path + cursor)
            guard answer.status == 200 else { throw WaitError.malformed("page: \(answer)") }
            found += answer.json["messages"].items
            guard let next = answer.json["next_cursor"].int else { return found }
            cursor = "&before_id=\(next)"
        }
    }

    /// Everything that they can read: their chats, and the members and messages of each.
    func everything() throws -> [String: JSON] {
        let chats = try self.get("/chats")
        var found = ["chats": chats.json]
        for chat in chats.json.items.compactMap({ $0["id"].int }) {
            found["members of \(chat)"] = try self.get("/chats/\(chat)/members").json
            found["messages of \(chat)"] = .array(try self.allMessages(of: chat))
        }
        return found
    }
}

extension ServerProcess {
    /// Waits until the database has all that was acknowledged.
    func waitForDatabase() throws {
        let client = HTTPClient(self)
        try eventually("the database to have everything") {
            let answer = try client.send("GET", "/health/ready")
            return answer.status == 200 && answer.json["backlog_events"] == 0
        }
    }
}
