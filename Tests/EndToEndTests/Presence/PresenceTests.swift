import TestSupport
import Testing

@Suite(.blocking) struct PresenceTests {
    let ann: Person
    let bob: Person
    /// Of the two.
    let chat: Int64

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
        self.bob = try Person("Bob", on: SharedServer.get())
        self.chat = try self.ann.makeGroup(with: [self.bob])
    }

    private func presence(of person: Person, by reader: Person) throws -> JSON {
        let answer = try reader.get("/presence/\(person.id)")
        expect(answer, 200)
        expect(answer.json, is: .presence)
        #expect(answer.json["user_id"] == JSON(person.id))
        return answer.json
    }

    @Test func `who was never there is offline and was never seen`() throws {
        let presence = try self.presence(of: self.bob, by: self.ann)
        #expect(presence["status"] == "offline")
        #expect(presence["last_seen"].isNull)
    }

    @Test func `a heartbeat makes online`() throws {
        let answer = try self.bob.post("/presence/heartbeat")
        expect(answer, 204)
        #expect(answer.body.isEmpty)
        let presence = try self.presence(of: self.bob, by: self.ann)
        #expect(presence["status"] == "online")
        #expect(!presence["last_seen"].isNull)
        let own = try self.bob.get("/presence/me")
        expect(own, 200)
        expect(own.json, is: .presence)
        #expect(own.json["status"] == "online")
        #expect(own.json["user_id"] == JSON(self.bob.id))
    }

    @Test func `a socket makes online, and those who share a chat are told`() throws {
        let eve = try Person("Eve", on: self.ann.server)
        let stranger = try eve.connect()
        let socket = try self.ann.connect()
        let other = try self.bob.connect()
        let event = try socket.next("user.presence") { $0["user_id"] == JSON(self.bob.id) }
        #expect(event.json.keys == ["event", "data"])
        expect(
            event.data,
            is: Shape(members: [
                "user_id": .id, "status": .value("online"), "timestamp": .time,
                "last_seen": .optional(.time),
            ])
        )
        #expect(try self.presence(of: self.bob, by: self.ann)["status"] == "online")
        let own = try eve.makeGroup()
        let seen = try stranger.events { $0.data["id"] == JSON(own) }
        #expect(!seen.contains { $0.name == "user.presence" })
        try other.close()
    }

    @Test func `who has gone is offline after 30 seconds, and the others are told`() throws {
        let socket = try self.ann.connect()
        let first = try self.bob.connect()
        let second = try self.bob.connect()
        let isBob = { (data: JSON) in data["user_id"] == JSON(self.bob.id) }
        let online = try socket.next("user.presence", where: isBob)
        #expect(online.data["status"] == "online")
        let clock = ContinuousClock()
        let start = clock.now
        try first.close()
        second.drop()
        // A page that is reloaded is not seen.
        #expect(try self.presence(of: self.bob, by: self.ann)["status"] == "online")
        let offline = try socket.next("user.presence", timeout: .seconds(120), where: isBob)
        let passed = clock.now - start
        #expect(offline.data["status"] == "offline")
        #expect(!offline.data["last_seen"].isNull)
        #expect(passed > .seconds(28))
        let presence = try self.presence(of: self.bob, by: self.ann)
        #expect(presence["status"] == "offline")
        #expect(presence["last_seen"] == offline.data["last_seen"])
    }

    @Test func `strangers see no presence`() throws {
        let eve = try Cast().eve
        expect(try eve.get("/presence/\(self.bob.id)"), 403, "Access denied")
        for id in ["4000000", "0", "-1"] {
            expect(try self.ann.get("/presence/\(id)"), 404, "User not found")
        }
        expectInvalid(try self.ann.get("/presence/x"), "path", "user_id")
    }
}
