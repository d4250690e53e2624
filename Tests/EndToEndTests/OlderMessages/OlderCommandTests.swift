import Foundation
import TestSupport
import Testing

/// What is asked for about messages that are in the store only.
@Suite(.blocking) struct OlderCommandTests {
    @Test(arguments: ColdCase.all)
    func `messages that are not in memory are changed and shown`(cold: ColdCase) throws {
        let world = try ColdWorld.shared(cold)
        let (ann, bob, chat) = (world.ann, world.bob, try world.takeChat())
        let ids = chat.messages
        let edited = try ann.patch("/messages/\(ids[0])", ["content": "edited"])
        expect(edited, 200)
        #expect(edited.json["content"] == "edited")
        expect(try ann.delete("/messages/\(ids[2])"), 204)
        for person in [bob, ann] {
            let answer = try person.post("/messages/\(ids[3])/reactions", ["emoji": "👍"])
            expect(answer, 201)
            expect(answer.json, is: .reaction)
        }
        let thumb = "👍".percentEncoded
        expect(try bob.delete("/messages/\(ids[3])/reactions/\(thumb)"), 204)
        expect(try bob.delete("/messages/\(ids[4])/reactions/\(thumb)"), 204)
        let reply: JSON = [
            "chat_id": .int(chat.id), "type": "text", "content": "why?",
            "reply_to_id": .int(ids[5]),
        ]
        let replied = try bob.post("/messages", reply)
        expect(replied, 201)
        let shown = try bob.get("/messages/\(ids[6])")
        expect(shown, 200)
        expect(shown.json, is: .message)
        #expect(shown.json["content"].string == chat.text(6))

        let page = try bob.page(of: chat.id, limit: 200)
        let newest = try #require(replied.json["id"].int)
        #expect(page.compactMap { $0["id"].int } == Array((ids + [newest]).reversed()))
        for message in page { expect(message, is: .message) }
        let older = Array(page.dropFirst().reversed())
        try #require(older.count == ids.count)
        var texts: [String?] = ids.indices.map { chat.text($0) }
        texts[0] = "edited"
        texts[2] = nil
        #expect(older.map { $0["content"].string } == texts)
        #expect(older.map { $0["is_deleted"].bool } == ids.indices.map { $0 == 2 })
        #expect(older.indices.filter { !older[$0]["reactions"].items.isEmpty } == [3])
        #expect(older[3]["reactions"].items.map { $0["user_id"].int } == [ann.id])
        #expect(page[0]["reply_to_id"].int == ids[5])
        #expect(older[0]["updated_at"].string != nil)
    }

    @Test(arguments: ColdCase.all)
    func `what may not be is refused as in memory`(cold: ColdCase) throws {
        let world = try ColdWorld.shared(cold)
        let (ann, bob, chat) = (world.ann, world.bob, try world.takeChat())
        let other = try world.takeChat()
        let ids = chat.messages
        func reply(to id: Int64) throws -> HTTPAnswer {
            try bob.post(
                "/messages",
                ["chat_id": .int(chat.id), "type": "text", "reply_to_id": .int(id)]
            )
        }
        expect(try bob.patch("/messages/\(ids[0])", ["content": "x"]), 403, "Access denied")
        expect(try bob.delete("/messages/\(ids[0])"), 403, "Access denied")
        for path in ["/messages/\(ids[0])", "/messages?chat_id=\(chat.id)"] {
            expect(try world.eve.get(path), 403, "Access denied")
        }
        expect(try world.eve.delete("/messages/\(ids[0])"), 403, "Access denied")
        expect(
            try reply(to: other.messages[0]),
            400,
            "Reply message not found or belongs to different chat"
        )
        expect(try ann.delete("/messages/\(ids[2])"), 204)
        expect(try ann.delete("/messages/\(ids[2])"), 400, "Message already deleted")
        let edit = try ann.patch("/messages/\(ids[2])", ["content": "x"])
        expect(edit, 400, "Cannot update deleted message")
        expect(try reply(to: ids[2]), 400, "Cannot reply to deleted message")
        let late = try bob.post("/messages/\(ids[2])/reactions", ["emoji": "x"])
        expect(late, 400, "Cannot react to deleted message")
        expect(try bob.post("/messages/\(ids[4])/reactions", ["emoji": "x"]), 201)
        let again = try bob.post("/messages/\(ids[4])/reactions", ["emoji": "x"])
        expect(again, 400, "Reaction already exists")
        for id in [ids[0] + 1 << 30, (1 << 53) - 1, 0] {
            expect(try ann.get("/messages/\(id)"), 404, "Message not found")
        }
        let page = try bob.page(of: chat.id, limit: 200)
        #expect(
            page.compactMap { $0["id"].int } == Array(ids.reversed()),
            "refused replies leave nothing"
        )
    }

    @Test(arguments: ColdCase.all.filter { $0.cause == .pushedOut })
    func `a send that is repeated when its message has left the memory is done once`(
        cold: ColdCase
    ) throws {
        let world = try ColdWorld.shared(cold)
        let (ann, bob, chat) = (world.ann, world.bob, try world.takeChat())
        func send(_ text: String, place: Int) throws -> HTTPAnswer {
            let body: JSON = ["chat_id": .int(chat.id), "type": "text", "content": .string(text)]
            return try (place % 2 == 0 ? ann : bob).post("/messages", body, key: chat.key(place))
        }
        for place in [29, 0, 15] {
            let answer = try send(chat.text(place), place: place)
            expect(answer, 201)
            #expect(answer.header("Idempotency-Replayed") == "true")
            #expect(answer.json["id"].int == chat.messages[place])
            #expect(answer.json["content"].string == chat.text(place))
        }
        expect(try send("another", place: 7), 422, "Idempotency-Key was used with another body")
        let path = "/messages/\(chat.messages[8])"
        let isReplay = try [nil, "true"].map { (replayed: String?) -> Bool in
            let answer = try ann.patch(path, ["content": "edited"], key: "edit \(chat.id)")
            expect(answer, 200)
            return answer.header("Idempotency-Replayed") == replayed
        }
        #expect(isReplay == [true, true])
        let repeated = try send(chat.text(8), place: 8)
        #expect(repeated.json["content"] == "edited", "as it is now")
        expect(try ann.delete("/messages/\(chat.messages[10])"), 204)
        let deleted = try send(chat.text(10), place: 10)
        #expect(deleted.status == 201 && deleted.json["is_deleted"] == true, "\(deleted)")
        #expect(try ann.page(of: chat.id, limit: 200).count == ColdWorld.messageCount)
    }

    @Test(arguments: ColdCase.all)
    func `reading marks everything that is unread, wherever it is`(cold: ColdCase) throws {
        let world = try ColdWorld.shared(cold)
        let (ann, bob, chat) = (world.ann, world.bob, world.unread)
        #expect(try bob.get("/chats/\(chat.id)").json["unreadCount"].int == 1_100)
        let oldest = "/messages?chat_id=\(chat.id)&after_id=0&limit=1"
        #expect(try ann.get(oldest).json["messages"][0]["status"] == "delivered")
        let answer = try bob.post("/chats/\(chat.id)/read")
        expect(answer, 200)
        let named = answer.json["message_ids"].items.compactMap(\.int)
        #expect(named == Array(chat.messages.suffix(1_000).reversed()))
        #expect(answer.json["up_to_id"].int == chat.messages.last)
        #expect(try bob.get("/chats/\(chat.id)").json["unreadCount"] == 0)
        #expect(try ann.get(oldest).json["messages"][0]["status"] == "read")
        let again = try bob.post("/chats/\(chat.id)/read")
        #expect(again.json["message_ids"] == [] && again.json["up_to_id"].int == chat.messages.last)
    }

    @Test(arguments: ColdCase.all)
    func `a chat list shows the newest message that is left`(cold: ColdCase) throws {
        let world = try ColdWorld.shared(cold)
        let (ann, bob, chat) = (world.ann, world.bob, try world.takeChat())
        func delete(_ place: Int) throws {
            let author = place % 2 == 0 ? ann : bob
            expect(try author.delete("/messages/\(chat.messages[place])"), 204)
        }
        func expectPreview(
            _ text: String?,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let shown = try ann.get("/chats/\(chat.id)").json["lastMessagePreview"].string
            #expect(shown == text, sourceLocation: sourceLocation)
            let listed = try bob.get("/chats").json.items.first { $0["id"].int == chat.id }
            #expect(listed?["lastMessagePreview"].string == text, sourceLocation: sourceLocation)
        }
        try expectPreview(chat.text(29))
        // The store may not know yet that the next ones are gone.
        try delete(28)
        try delete(27)
        try delete(29)
        try expectPreview(chat.text(26))
        expect(try bob.patch("/messages/\(chat.messages[25])", ["content": "edited"]), 200)
        try delete(26)
        try expectPreview("edited")
        for place in 0..<25 { try delete(place) }
        try expectPreview("edited")
        try delete(25)
        try expectPreview(nil)
        #expect(try ann.page(of: chat.id, limit: 200).count == ColdWorld.messageCount)
        try ann.say("again", in: chat.id)
        try expectPreview("again")
    }

    @Test(arguments: ColdCase.all)
    func `pages without deleted messages are whole right after a deletion`(cold: ColdCase) throws {
        let world = try ColdWorld.shared(cold)
        let (ann, chat) = (world.ann, try world.takeChat())
        let path = "/messages?chat_id=\(chat.id)&include_deleted=false&limit=5"
        func expectPage(_ query: String, _ ids: [Int64], next: Int64) throws {
            let page = try ann.get(path + query).json
            #expect(page["messages"].items.compactMap { $0["id"].int } == ids, "\(query)")
            #expect(page["has_more"] == true && page["next_cursor"].int == next, "\(query)")
        }
        var left = chat.messages
        // The store has them as they were, as long as it is behind.
        for place in [0, 2, 4, 28, 26, 24] {
            let id = chat.messages[place]
            expect(try ann.delete("/messages/\(id)"), 204)
            left.removeAll { $0 == id }
            try expectPage("&after_id=0", left.prefix(5).reversed(), next: left[4])
            let middle = left.count / 2
            let below = left[..<middle].suffix(5)
            try expectPage("&before_id=\(left[middle])", below.reversed(), next: left[middle - 5])
            try expectPage("", left.suffix(5).reversed(), next: left[left.count - 5])
        }
    }

    /// Figures of a debug build, for comparison only.
    @Test(arguments: ColdCase.all.filter { $0.cause == .pushedOut })
    func `cold pages are measured`(cold: ColdCase) async throws {
        let world = try ColdWorld.shared(cold)
        let chat = world.hay
        @Sendable func read(_ seed: Int) throws -> [Duration] {
            let person = world.bob
            return try (0..<100).map { index in
                let place = (seed * 331 + index * 397) % 800
                let path = "/messages?chat_id=\(chat.id)&limit=50&around_id=\(chat.messages[place])"
                let start = ContinuousClock.now
                let answer = try person.get(path)
                let time = ContinuousClock.now - start
                let isRight = answer.json["messages"].items.contains {
                    $0["id"].int == chat.messages[place]
                }
                #expect(answer.status == 200 && isRight, "\(path)")
                return time
            }
        }
        let alone = try read(0)
        let start = ContinuousClock.now
        let together = try await concurrently([1, 2, 3, 4], read).flatMap(\.self)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            """
            \(cold.kind.rawValue): cold pages of 50, one reader: \(alone.percentiles); \
            four: \(together.percentiles), \(Int(Double(together.count) / seconds)) a second
            """
        )
    }
}
