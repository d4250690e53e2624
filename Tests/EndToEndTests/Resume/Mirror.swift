import TestSupport

/// What a client knows of its chats from having fetched them once and from every event since.
///
/// The events are taken for what they say: rows as they are now. Nothing is fetched but a chat that
/// it is told to fetch, or that it joins.
struct Mirror: Equatable {
    struct Chat: Equatable {
        var title: JSON
        var members: Set<Int64>
        /// By id.
        var messages: [Int64: JSON]
    }

    private(set) var chats: [Int64: Chat] = [:]

    /// Everything, fetched now.
    init(of person: Person) throws {
        for chat in try person.get("/chats").json.items {
            guard let id = chat["id"].int else { continue }
            try self.fetch(id, as: person)
        }
    }

    private mutating func fetch(_ id: Int64, as person: Person) throws {
        let chat = try person.get("/chats/\(id)")
        guard chat.status == 200 else {
            self.chats[id] = nil
            return
        }
        var messages: [Int64: JSON] = [:]
        var query = "chat_id=\(id)&limit=200"
        while true {
            let page = try person.get("/messages?\(query)").json
            for message in page["messages"].items { messages[message["id"].int ?? 0] = message }
            guard let next = page["next_cursor"].int else { break }
            query = "chat_id=\(id)&limit=200&before_id=\(next)"
        }
        self.chats[id] = Chat(
            title: chat.json["title"],
            members: Set(chat.json["participants"].items.compactMap { $0["id"].int }),
            messages: messages
        )
    }

    /// The chats that hello names are all there are.
    mutating func keepOnly(_ chats: Set<Int64>) {
        self.chats = self.chats.filter { chats.contains($0.key) }
    }

    mutating func apply(_ event: SocketEvent, as person: Person) throws {
        let data = event.data
        switch event.name {
        case "resync":
            self = try Mirror(of: person)
        case "chat.resync":
            try self.fetch(data["chat_id"].int ?? 0, as: person)
        case "chat.created":
            try self.fetch(data["id"].int ?? 0, as: person)
        case "chat.updated":
            self.chats[data["id"].int ?? 0]?.title = data["title"]
        case "chat.deleted":
            self.chats[data["id"].int ?? 0] = nil
        case "member.added", "member.removed":
            try self.changeMember(data, isAdded: event.name == "member.added", as: person)
        case "message.created", "message.updated", "message.deleted":
            let (chat, id) = (data["chat_id"].int ?? 0, data["id"].int ?? 0)
            self.chats[chat]?.messages[id] = data
        case "reaction.added":
            var reaction = data
            reaction["chat_id"] = nil
            self.change(data) { reactions in
                if !reactions.contains(where: { $0["id"] == data["id"] }) {
                    reactions.append(reaction)
                }
            }
        case "reaction.removed":
            self.change(data) { reactions in
                reactions.removeAll { reaction in
                    reaction["user_id"] == data["user_id"] && reaction["emoji"] == data["emoji"]
                }
            }
        case "message.read":
            break  // What became `read` by it comes as `message.updated`.
        default:
            throw WaitError.malformed("event: \(event)")
        }
    }

    /// What is not the same in `other`, a line each.
    func differences(from other: Mirror) -> [String] {
        var lines: [String] = []
        for id in Set(self.chats.keys).union(other.chats.keys).sorted() {
            guard let mine = self.chats[id], let theirs = other.chats[id] else {
                lines.append("chat \(id) is \(self.chats[id] == nil ? "missing" : "there")")
                continue
            }
            if mine.title != theirs.title { lines.append("\(id): \(mine.title), \(theirs.title)") }
            if mine.members != theirs.members {
                lines.append("members of \(id): \(mine.members), \(theirs.members)")
            }
            for message in Set(mine.messages.keys).union(theirs.messages.keys).sorted()
            where mine.messages[message] != theirs.messages[message] {
                let both = [mine.messages[message], theirs.messages[message]]
                lines.append(both.map { $0?.description ?? "none" }.joined(separator: "\n  "))
            }
        }
        return lines
    }

    private mutating func changeMember(
        _ data: JSON,
        isAdded: Bool,
        as person: Person
    ) throws {
        let (chat, user) = (data["chat_id"].int ?? 0, data["user_id"].int ?? 0)
        switch (isAdded, user == person.id) {
        case (true, true): try self.fetch(chat, as: person)
        case (true, false): self.chats[chat]?.members.insert(user)
        case (false, true): self.chats[chat] = nil
        case (false, false): self.chats[chat]?.members.remove(user)
        }
    }

    private mutating func change(_ data: JSON, _ change: (inout [JSON]) -> Void) {
        let (chat, id) = (data["chat_id"].int ?? 0, data["message_id"].int ?? 0)
        guard var message = self.chats[chat]?.messages[id] else { return }
        var reactions = message["reactions"].items
        change(&reactions)
        message["reactions"] = .array(reactions)
        self.chats[chat]?.messages[id] = message
    }
}

extension JSON {
    fileprivate subscript(_ key: String) -> JSON? {
        get { self.keys.contains(key) ? self[key] as JSON : nil }
        set {
            guard case .object(var members) = self else { return }
            members[key] = newValue
            self = .object(members)
        }
    }
}
