import TestSupport
import Testing

@Suite(.blocking) struct DocumentedExamplesTests {
    private let story: DocumentedStory
    private let ann: Person
    private let bob: Person
    private static let password = "correct horse"

    /// Ann and Bob, as every example knows them.
    init() throws {
        let story = try DocumentedStory()
        try story.play("POST /api/v1/auth/register")
        self.ann = try Person(loggingIn: "ann@example.org", Self.password, on: story.server)
        let bob: JSON = [
            "email": "bob@example.org", "password": .string(Self.password), "display_name": "Bob",
            "avatar_url": "https://example.org/bob.png",
        ]
        expect(try self.ann.post("/auth/register", bob), 200)
        self.bob = try Person(loggingIn: "bob@example.org", Self.password, on: story.server)
        expect(try self.bob.put("/users/me/tag", ["tag": "bob"]), 200)
        self.story = story
    }

    @Test func `every example is what the server answers`() throws {
        try self.accounts()
        expect(try self.ann.post("/chats/direct", ["user_id": 2]), 200)
        let socket = try WebSocketClient(self.story.server, token: self.ann.accessToken)
        try self.story.hear("hello", on: socket)
        let bobs = try self.bob.connect()
        try self.story.hear("user.presence", on: socket)
        try self.messages(socket)
        try self.chats(socket)
        try self.presence(socket)
        try self.changes(socket)
        try self.commands(bobs)
        try self.gaps(bobs)
        try self.story.play(
            "POST /api/v1/chats/{chat_id}/leave",
            at: "/api/v1/chats/2/leave",
            as: self.bob
        )
        let token: JSON = ["refresh_token": .string(self.ann.refreshToken)]
        try self.story.play("POST /api/v1/auth/logout", as: self.ann, body: token)
        let all = Set(self.story.documents.operations).union(self.story.documents.messages)
        #expect(all.subtracting(self.story.played) == [], "examples that nobody has tried")
    }

    private func accounts() throws {
        let (story, ann) = (self.story, self.ann)
        for path in ["/health", "/health/ready", "/openapi.json", "/asyncapi.json", "/docs"] {
            try story.play("GET \(path)")
        }
        try story.play("POST /api/v1/auth/login")
        let renewed: JSON = ["refresh_token": .string(ann.refreshToken)]
        let tokens = try story.play("POST /api/v1/auth/refresh", body: renewed)
        ann.accessToken = try #require(tokens["access_token"].string)
        ann.refreshToken = try #require(tokens["refresh_token"].string)
        try story.play("GET /api/v1/users/me", as: ann)
        try story.play("PATCH /api/v1/users/me", as: ann)
        try story.play("PUT /api/v1/users/me/tag", as: ann)
        let tag = "/api/v1/users/tag/ann.b/available"
        try story.play("GET /api/v1/users/tag/{tag}/available", at: tag)
        try story.play("GET /api/v1/users/search", at: "/api/v1/users/search?tag=@bob", as: ann)
        try story.play("GET /api/v1/users/{user_id}", at: "/api/v1/users/2", as: ann)
        #expect(story.documents.parameter("UserInPath") == 2)
    }

    private func messages(_ socket: WebSocketClient) throws {
        let (story, ann, bob) = (self.story, self.ann, self.bob)
        try ann.say("Good morning!", in: 1)
        try story.hear("message.created", on: socket)
        let lunch = try ann.say("Lunch at one?", in: 1)
        #expect(story.documents.parameter("MessageInPath") == .int(lunch))
        #expect(story.documents.parameter("ChatInPath") == 1)
        let reactions = "/api/v1/messages/{message_id}/reactions"
        try story.play("POST \(reactions)", at: "/api/v1/messages/\(lunch)/reactions", as: bob)
        try story.hear("reaction.added", on: socket)
        try story.play("POST /api/v1/chats/{chat_id}/read", at: "/api/v1/chats/1/read", as: bob)
        try story.hear("message.updated", on: socket)
        try story.hear("message.read", on: socket)
        try story.play("POST /api/v1/messages", as: bob)
        let message = "/api/v1/messages/{message_id}"
        try story.play("GET \(message)", at: "/api/v1/messages/\(lunch)", as: ann)
        try story.play("GET /api/v1/messages", at: "/api/v1/messages?chat_id=1&limit=2", as: ann)
        let search = "/api/v1/messages/search?chat_id=1&query=there"
        try story.play("GET /api/v1/messages/search", at: search, as: ann)
    }

    private func chats(_ socket: WebSocketClient) throws {
        let (story, ann) = (self.story, self.ann)
        let (chat, member) = ("/api/v1/chats/{chat_id}", "/api/v1/chats/{chat_id}/members")
        try story.play("GET \(chat)", at: "/api/v1/chats/1", as: ann)
        try story.play("POST /api/v1/chats/direct", as: ann)
        try story.play("POST /api/v1/chats", as: ann)
        try story.hear("chat.created", on: socket)
        expect(try ann.patch("/chats/2", ["title": "Walkers"]), 200)
        try story.hear("chat.updated", on: socket)
        try story.play("PATCH \(chat)", at: "/api/v1/chats/2", as: ann)
        try story.play("GET /api/v1/chats", as: ann)
        try story.play("GET \(member)", at: "/api/v1/chats/2/members", as: ann)
        let climbers = try ann.makeGroup("Climbers")
        try story.play("POST \(member)", at: "/api/v1/chats/\(climbers)/members", as: ann)
        try story.hear("member.added", on: socket)
        let bobs = "/api/v1/chats/\(climbers)/members/2"
        try story.play("DELETE \(member)/{user_id}", at: bobs, as: ann)
        try story.hear("member.removed", on: socket)
        try story.play("DELETE \(chat)", at: "/api/v1/chats/\(climbers)", as: ann)
        try story.hear("chat.deleted", on: socket)
    }

    private func presence(_ socket: WebSocketClient) throws {
        let (story, ann, bob) = (self.story, self.ann, self.bob)
        try story.play("POST /api/v1/presence/typing", as: bob)
        try story.hear("user.typing", on: socket)
        let typing = "/api/v1/presence/typing/{chat_id}"
        try story.play("GET \(typing)", at: "/api/v1/presence/typing/1", as: ann)
        try story.play("POST /api/v1/presence/heartbeat", as: bob)
        try story.play("GET /api/v1/presence/me", as: bob)
        try story.play("GET /api/v1/presence/{user_id}", at: "/api/v1/presence/2", as: ann)
    }

    private func changes(_ socket: WebSocketClient) throws {
        let (story, ann, bob) = (self.story, self.ann, self.bob)
        let here = try ann.get("/sync").json
        let cursor = (here["seq"].int ?? 0, here["epoch"].string ?? "")
        let message = "/api/v1/messages/{message_id}"
        let lunch = try #require(story.documents.parameter("MessageInPath").int)
        try story.play("PATCH \(message)", at: "/api/v1/messages/\(lunch)", as: ann)
        let sync = "/api/v1/sync?since=\(cursor.0)&epoch=\(cursor.1)&timeout=0"
        try story.play("GET /api/v1/sync", at: sync, as: ann)
        let reaction = "/api/v1/messages/\(lunch)/reactions/%F0%9F%91%8D"
        try story.play("DELETE \(message)/reactions/{emoji}", at: reaction, as: bob)
        try story.hear("reaction.removed", on: socket)
        try story.play("DELETE \(message)", at: "/api/v1/messages/\(lunch)", as: ann)
        try story.hear("message.deleted", on: socket)
    }

    private func commands(_ socket: WebSocketClient) throws {
        try self.ann.say("Shall I drive?", in: 1)
        let names = [
            "send", "edit", "react", "unreact", "page", "read", "typing", "heartbeat", "subscribe",
            "unsubscribe", "delete",
        ]
        for name in names { try self.story.command(name, on: socket) }
        let voice = self.story.documents.requestBody(of: "POST /api/v1/messages", named: "voice")
        expect(try self.bob.post("/messages", voice), 201)
        try socket.send(["id": "12", "do": "sing"])
        try self.story.compare(try socket.reply().json, with: "refusal")
    }

    /// What is told to who was away: Bob, of a chat that he was added to meanwhile.
    private func gaps(_ socket: WebSocketClient) throws {
        let here = try self.bob.get("/sync").json
        let (seq, epoch) = (here["seq"].int ?? 0, here["epoch"].string ?? "")
        try socket.close()
        _ = try self.ann.makeGroup("Rowers", with: [self.bob])
        let resumed = try self.bob.connect(query: "since=\(seq)&epoch=\(epoch)")
        try self.story.hear("chat.resync", on: resumed)
        let stranger = try self.bob.connect(query: "since=1&epoch=another")
        try self.story.hear("resync", on: stranger)
    }
}
