import Foundation
import TestSupport
import Testing

/// The database is stopped while messages are in it only.
@Suite(.blocking, .serialized) struct StoreAwayTests {
    /// A request about an old message, and the status that it gets when the database is there.
    private struct Request: Sendable {
        let name: String
        let status: Int
        let send: @Sendable (World) throws -> HTTPAnswer
    }

    private struct World {
        let cluster: PostgresCluster
        let stored: StoredServer
        let ann: Person
        let bob: Person
        let old: Filling
        let fresh: Filling
    }

    private static func makeWorld() throws -> World {
        let cluster = try PostgresCluster()
        let stored = try StoredServer(.postgres, on: cluster)
        let ann = try Person("Ann", on: stored.server)
        let bob = try Person("Bob", on: stored.server)
        _ = try ann.makeGroup()
        let old = try Filling(by: ann, in: ann.makeGroup(with: [bob]))
            .send((0..<40).map { "old \($0)" })
        try Filling.pushOut(by: ann, on: stored)
        let fresh = try Filling(by: ann, in: ann.makeGroup(with: [bob]))
            .send((0..<20).map { "fresh \($0)" })
        try stored.waitUntilStored()
        return World(
            cluster: cluster,
            stored: stored,
            ann: ann,
            bob: bob,
            old: old,
            fresh: fresh
        )
    }

    private static let requests = [
        Request(name: "page", status: 200) { try $0.ann.get("/messages?chat_id=\($0.old.chat)") },
        Request(name: "page above", status: 200) {
            try $0.ann.get("/messages?chat_id=\($0.old.chat)&after_id=0&include_deleted=false")
        },
        Request(name: "message", status: 200) { try $0.ann.get("/messages/\($0.old.ids[0])") },
        Request(name: "search", status: 200) {
            try $0.ann.get("/messages/search?chat_id=\($0.old.chat)&query=old")
        },
        Request(name: "edit", status: 200) {
            try $0.ann.patch("/messages/\($0.old.ids[1])", ["content": "edited"], key: "edit")
        },
        Request(name: "delete", status: 204) {
            try $0.ann.delete("/messages/\($0.old.ids[2])", key: "delete")
        },
        Request(name: "delete the newest", status: 204) {
            try $0.ann.delete("/messages/\($0.old.ids[39])", key: "delete")
        },
        Request(name: "react", status: 201) {
            try $0.bob.post("/messages/\($0.old.ids[3])/reactions", ["emoji": "x"], key: "react")
        },
        Request(name: "unreact", status: 204) {
            try $0.bob.delete("/messages/\($0.old.ids[3])/reactions/x", key: "unreact")
        },
        Request(name: "reply", status: 201) {
            let body: JSON = [
                "chat_id": .int($0.old.chat), "type": "text", "reply_to_id": .int($0.old.ids[4]),
            ]
            return try $0.bob.post("/messages", body, key: "reply")
        },
        Request(name: "read", status: 200) {
            try $0.bob.post("/chats/\($0.old.chat)/read", key: "read")
        },
    ]

    @Test(.timeLimit(.minutes(5)))
    func `without the database what is in memory goes on and the rest is refused`() throws {
        let world = try Self.makeWorld()
        let socket = try world.bob.connect()
        try world.cluster.stop()
        for request in Self.requests { Self.expectRefusal(try request.send(world), request.name) }
        try Self.expectRefusedCommands(world)
        try Self.expectMemoryWorks(world)
        #expect(try world.bob.get("/chats/\(world.old.chat)").json["unreadCount"] == 40)
        let marker = try world.ann.say("marker", in: world.old.chat)
        let events = try socket.events { $0.data["id"].int == marker }
        let ofOld = events.filter { $0.data["chat_id"].int == world.old.chat }
        #expect(ofOld.map(\.name) == ["message.created"], "refused requests leave nothing")
        try Self.expectReady(world, database: "down")

        try world.cluster.start()
        try world.stored.waitUntilStored()
        try Self.waitUntilRead(world)
        for request in Self.requests {
            let answer = try request.send(world)
            expect(answer, request.status)
            #expect(answer.header("Idempotency-Replayed") == nil, "\(request.name)")
        }
        try Self.expectOldChat(world, marker: marker)
        try world.stored.expectNoDifferences()
    }

    @Test(.timeLimit(.minutes(5)))
    func `when memory is full of what the database has not, it is not filled further`() throws {
        let world = try Self.makeWorld()
        let before = try world.stored.resident()
        try world.cluster.stop()
        let filling = try Filling(by: world.ann).fill(3 * StoredServer.budgetBytes)
        let refusal = try #require(filling.refusal, "\(filling.ids.count) messages were taken")
        Self.expectRefusal(refusal, "send")
        let sentBytes = filling.ids.count * 16_000
        print("without the database: \(sentBytes >> 20) MiB were taken")
        #expect(sentBytes > StoredServer.budgetBytes / 2)
        let newest = Array(filling.ids.suffix(50).reversed())
        func page() throws -> [Int64] {
            try world.ann.page(of: filling.chat).compactMap { $0["id"].int }
        }
        for _ in 0..<3 { #expect(try page() == newest) }
        let body: JSON = ["content": "more"]
        Self.expectRefusal(try world.ann.patch("/messages/\(newest[0])", body), "edit")
        expect(try world.ann.get("/messages/\(newest[1])"), 200)
        expect(try world.ann.get("/chats"), 200)
        expect(try world.ann.post("/chats/\(filling.chat)/read"), 200)
        expect(try world.ann.delete("/messages/\(newest[0])"), 204)
        #expect(try page() == newest)
        try Self.expectReady(world, database: "down")
        let full = try world.stored.resident()
        print("resident before \(before), full \(full) MiB")

        // What the deletion gave is soon taken.
        let again = try Filling(by: world.ann, in: filling.chat).fill(StoredServer.budgetBytes)
        #expect(again.refusal?.status == 503)
        try world.cluster.start()
        try world.stored.waitUntilStored()
        let last = try Filling(by: world.ann, in: filling.chat).fill(StoredServer.budgetBytes / 2)
        #expect(last.refusal == nil, "it has room again, without a restart")
        var shown: [Int64] = []
        var cursor = ""
        repeat {
            let page = try world.ann.get("/messages?chat_id=\(filling.chat)&limit=200\(cursor)")
                .json
            shown += page["messages"].items.compactMap { $0["id"].int }
            cursor = page["next_cursor"].int.map { "&before_id=\($0)" } ?? ""
        } while !cursor.isEmpty
        let sent = filling.ids + again.ids + last.ids
        #expect(shown == Array(sent.reversed()), "what was acknowledged is there, and nothing else")
        try world.stored.expectNoDifferences()
    }

    // MARK: - Parts

    /// Old messages can be read again soon after the database is back.
    private static func waitUntilRead(_ world: World) throws {
        let end = ContinuousClock.now + .seconds(30)
        let path = "/messages/\(world.old.ids[10])"
        while try world.ann.get(path).status == 503, ContinuousClock.now < end { usleep(10_000) }
        expect(try world.ann.get(path), 200)
    }

    private static func expectRefusal(_ answer: HTTPAnswer, _ name: String) {
        #expect(answer.status == 503, "\(name): \(answer.description.prefix(300))")
        #expect(answer.header("Retry-After").flatMap { Int($0) } ?? 0 > 0, "\(name)")
        #expect(answer.detail?.isEmpty == false, "\(name)")
    }

    private static func expectRefusedCommands(_ world: World) throws {
        let socket = try world.bob.connect()
        let old = JSON(world.old.ids[0])
        for (command, fields) in [
            ("page", ["chat_id": JSON(world.old.chat)]),
            ("edit", ["message_id": old, "content": "x"]),
            ("react", ["message_id": old, "emoji": "x"]),
        ] as [(String, [String: JSON])] {
            let reply = try socket.ask(command, fields)
            #expect(reply.status == 503, "\(reply)")
            #expect(reply.retryAfter == 1)
            #expect(reply.body["detail"].string?.isEmpty == false)
        }
    }

    private static func expectMemoryWorks(_ world: World) throws {
        let (ann, bob, ids) = (world.ann, world.bob, world.fresh.ids)
        let page = try bob.page(of: world.fresh.chat)
        #expect(page.compactMap { $0["id"].int } == Array(ids.reversed()))
        expect(try ann.get("/messages/\(ids[0])"), 200)
        expect(try ann.patch("/messages/\(ids[1])", ["content": "edited"]), 200)
        expect(try ann.delete("/messages/\(ids[19])"), 204)
        expect(try bob.post("/messages/\(ids[3])/reactions", ["emoji": "x"]), 201)
        expect(try bob.delete("/messages/\(ids[3])/reactions/x"), 204)
        let reply: JSON = [
            "chat_id": .int(world.fresh.chat), "type": "text", "reply_to_id": .int(ids[4]),
        ]
        expect(try bob.post("/messages", reply), 201)
        expect(try bob.post("/chats/\(world.fresh.chat)/read"), 200)
        let search = "/messages/search?chat_id=\(world.fresh.chat)&query=fresh"
        #expect(try ann.get(search).json.items.count == 18)
        expect(try ann.get("/chats"), 200)
        _ = try ann.makeGroup("New", with: [bob])
    }

    private static func expectOldChat(_ world: World, marker: Int64) throws {
        let ids = world.old.ids
        let page = try world.ann.page(of: world.old.chat, limit: 200)
        #expect(page.dropFirst().compactMap { $0["id"].int } == Array((ids + [marker]).reversed()))
        let older = Array(page.dropFirst(2).reversed())
        try #require(older.count == ids.count)
        #expect(page[0]["reply_to_id"].int == ids[4])
        #expect(older.indices.filter { older[$0]["is_deleted"] == true } == [2, 39])
        #expect(older[1]["content"] == "edited")
        #expect(older.allSatisfy { $0["reactions"] == [] })
        #expect(older.allSatisfy { $0["status"] == "read" })
        #expect(try world.bob.get("/chats/\(world.old.chat)").json["unreadCount"] == 0)
    }

    private static func expectReady(_ world: World, database: String) throws {
        // Who writes to the database comes behind those who answer, and may not have noticed yet.
        try waitUntil("a database that is \(database)") {
            let answer = try world.ann.client.send("GET", "/health/ready")
            expect(answer, 200)
            #expect(answer.json["backlog_events"].int ?? 0 > 0)
            return answer.json["database"].string == database
        }
        expect(try world.ann.client.send("GET", "/health"), 200)
    }
}
