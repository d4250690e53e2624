import TestSupport
import Testing

@Suite(.blocking) struct OrderTests {
    let ann: Person
    let bob: Person
    let chat: Int64

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
        self.chat = try self.ann.makeGroup(with: [self.bob])
    }

    /// Has both write at once, on two connections each.
    private func writeFromFourSides(_ count: Int, in chats: [Int64]) throws {
        let writers = [self.ann, self.bob].flatMap {
            [Person($0.credentials), Person($0.credentials)]
        }
        for number in 0..<count {
            let body: JSON = [
                "chat_id": JSON(chats[number % chats.count]), "type": "text",
                "content": .string("\(number)"),
            ]
            for writer in writers { try writer.write("POST", "/messages", body) }
        }
        for writer in writers {
            for _ in 0..<count { expect(try writer.client.readAnswer(), 201) }
        }
    }

    private func durable(_ socket: WebSocketClient, _ count: Int) throws -> [SocketEvent] {
        var events: [SocketEvent] = []
        while events.count < count {
            let event = try socket.next()
            if event.seq != nil { events.append(event) }
        }
        return events
    }

    @Test func `two readers of a chat hear the same in the same order`() throws {
        let sockets = try [self.ann.connect(), self.bob.connect(), self.bob.connect()]
        try self.writeFromFourSides(50, in: [self.chat])
        let heard = try sockets.map { try self.durable($0, 200) }
        #expect(heard[0] == heard[1])
        #expect(heard[1] == heard[2])
        let ids = heard[0].compactMap { $0.data["id"].int }
        #expect(ids == ids.sorted())
        let page = try self.ann.page(of: self.chat, limit: 200).compactMap { $0["id"].int }
        #expect(page == ids.reversed())
    }

    @Test func `positions grow, and each names the chat's previous one`() throws {
        let chats = try [self.chat] + (0..<3).map { _ in try self.ann.makeGroup(with: [self.bob]) }
        let socket = try self.ann.connect()
        try self.writeFromFourSides(40, in: chats)
        let events = try self.durable(socket, 160)
        let positions = events.compactMap(\.seq)
        #expect(positions == positions.sorted())
        #expect(Set(positions).count == positions.count)
        var last: [JSON: Int64] = [:]
        for event in events {
            let chat = event.data["chat_id"]
            if let previous = last[chat] { #expect(event.prev == previous) }
            last[chat] = event.seq
        }
        #expect(last.count == chats.count)
    }

    @Test func `the chain goes through all kinds of events`() throws {
        let socket = try self.ann.connect()
        let id = try self.bob.say("one", in: self.chat)
        expect(try self.ann.post("/messages/\(id)/reactions", ["emoji": "x"]), 201)
        expect(try self.bob.patch("/messages/\(id)", ["content": "two"]), 200)
        expect(try self.ann.post("/chats/\(self.chat)/read"), 200)
        expect(try self.ann.delete("/messages/\(id)/reactions/x"), 204)
        expect(try self.bob.delete("/messages/\(id)"), 204)
        expect(try self.ann.patch("/chats/\(self.chat)", ["title": "New"]), 200)
        expect(try self.ann.delete("/chats/\(self.chat)/members/\(self.bob.id)"), 204)
        expect(try self.ann.delete("/chats/\(self.chat)"), 204)
        let events = try self.durable(socket, 9)
        let names = [
            "message.created", "reaction.added", "message.updated", "message.read",
            "reaction.removed", "message.deleted", "chat.updated", "member.removed", "chat.deleted",
        ]
        #expect(events.map(\.name) == names)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.seq == $1.prev })
    }

    @Test func `an answer comes when a reader can see it`() throws {
        let reader = Person(self.bob.credentials)
        for number in 0..<50 {
            let id = try self.ann.say("\(number)", in: self.chat)
            #expect(try reader.page(of: self.chat, limit: 1)[0]["id"] == JSON(id))
        }
    }

    @Test func `hello and the events after it leave no gap`() throws {
        for _ in 0..<5 {
            let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "x"]
            for _ in 0..<40 { try self.ann.write("POST", "/messages", body) }
            let socket = try WebSocketClient(self.bob.server, token: self.bob.accessToken)
            let position = try #require(try socket.next().data["seq"].int)
            let ids = try (0..<40).map { _ in try self.ann.client.readAnswer().json["id"] }
            let marker = try self.ann.say("marker", in: self.chat)
            let events = try socket.events { $0.data["id"] == JSON(marker) }.filter {
                $0.seq != nil
            }
            #expect(events.allSatisfy { $0.seq ?? 0 > position })
            let heard = events.map { $0.data["id"] }
            #expect(heard == Array((ids + [JSON(marker)]).suffix(heard.count)))
            if let prev = events.first?.prev { #expect(prev <= position) }
        }
    }
}
