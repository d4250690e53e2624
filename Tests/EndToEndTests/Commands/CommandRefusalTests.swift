import TestSupport
import Testing

/// A command is refused as its request is, in the same words.
@Suite(.blocking) struct CommandRefusalTests {
    /// What a refusal is about, for both.
    struct World {
        let chat: Int64
        /// Bob's.
        let message: Int64
        /// Ann's, deleted.
        let deleted: Int64
        /// A chat that Ann is not in, with a message.
        let foreign: Int64
        let foreignMessage: Int64
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let command: String
        let fields: @Sendable (World) -> [String: JSON]
        let status: Int
        let method: String
        let path: @Sendable (World) -> String
        let body: @Sendable (World) -> JSON?
        let testDescription: String

        init(
            _ description: String,
            _ command: String,
            _ status: Int,
            _ fields: @escaping @Sendable (World) -> [String: JSON],
            _ method: String,
            _ path: @escaping @Sendable (World) -> String,
            _ body: @escaping @Sendable (World) -> JSON? = { _ in nil }
        ) {
            self.testDescription = description
            self.command = command
            self.fields = fields
            self.status = status
            self.method = method
            self.path = path
            self.body = body
        }

        /// Where the body has just what the command has.
        static func post(
            _ description: String,
            _ command: String,
            _ status: Int,
            _ path: String,
            _ fields: @escaping @Sendable (World) -> [String: JSON]
        ) -> Case {
            Case(
                description,
                command,
                status,
                fields,
                "POST",
                { _ in path },
                { .object(fields($0)) }
            )
        }
    }

    static let sends: [Case] = [
        .post("no fields", "send", 422, "/messages") { _ in [:] },
        .post("no type", "send", 422, "/messages") {
            ["chat_id": JSON($0.chat), "content": "secret?"]
        },
        .post("types that are wrong", "send", 422, "/messages") { _ in
            ["chat_id": "x", "type": 5, "content": [1], "payload": "y", "reply_to_id": 1.5]
        },
        .post("content that is too long", "send", 422, "/messages") {
            let content = String(repeating: "x", count: 16_385)
            return ["chat_id": JSON($0.chat), "type": "text", "content": .string(content)]
        },
        .post("a chat of others", "send", 403, "/messages") {
            ["chat_id": JSON($0.foreign), "type": "text"]
        },
        .post("no chat", "send", 403, "/messages") { _ in
            ["chat_id": 4_000_000, "type": "text"]
        },
        .post("a reply to nothing", "send", 400, "/messages") {
            ["chat_id": JSON($0.chat), "type": "text", "reply_to_id": 1]
        },
        .post("a voice without a voice", "send", 400, "/messages") {
            ["chat_id": JSON($0.chat), "type": "voice", "payload": ["codec": "opus"]]
        },
        .post("typing elsewhere", "typing", 403, "/presence/typing") {
            ["chat_id": JSON($0.foreign), "is_typing": true]
        },
        .post("typing of what", "typing", 422, "/presence/typing") { _ in ["is_typing": "maybe"] },
    ]

    static let changes: [Case] = [
        Case(
            "edit of another's",
            "edit",
            403,
            { ["message_id": JSON($0.message), "content": "x"] },
            "PATCH",
            { "/messages/\($0.message)" },
            { _ in ["content": "x"] }
        ),
        Case(
            "edit of a deleted message",
            "edit",
            400,
            { ["message_id": JSON($0.deleted), "content": "x"] },
            "PATCH",
            { "/messages/\($0.deleted)" },
            { _ in ["content": "x"] }
        ),
        Case(
            "edit of nothing",
            "edit",
            404,
            { _ in ["message_id": 77, "content": "x"] },
            "PATCH",
            { _ in "/messages/77" },
            { _ in ["content": "x"] }
        ),
        Case(
            "edit with nothing",
            "edit",
            422,
            { ["message_id": JSON($0.message), "note": "x"] },
            "PATCH",
            { "/messages/\($0.message)" },
            { _ in ["note": "x"] }
        ),
        Case(
            "an id that is none",
            "edit",
            422,
            { _ in ["message_id": "abc", "content": "x"] },
            "PATCH",
            { _ in "/messages/abc" },
            { _ in ["content": "x"] }
        ),
        Case(
            "delete again",
            "delete",
            400,
            { ["message_id": JSON($0.deleted)] },
            "DELETE",
            { "/messages/\($0.deleted)" }
        ),
        Case(
            "delete elsewhere",
            "delete",
            403,
            { ["message_id": JSON($0.foreignMessage)] },
            "DELETE",
            { "/messages/\($0.foreignMessage)" }
        ),
        Case(
            "react to a deleted message",
            "react",
            400,
            { ["message_id": JSON($0.deleted), "emoji": "x"] },
            "POST",
            { "/messages/\($0.deleted)/reactions" },
            { _ in ["emoji": "x"] }
        ),
        Case(
            "react with a sentence",
            "react",
            422,
            { ["message_id": JSON($0.message), "emoji": "eleven char"] },
            "POST",
            { "/messages/\($0.message)/reactions" },
            { _ in ["emoji": "eleven char"] }
        ),
        Case(
            "unreact nowhere",
            "unreact",
            404,
            { _ in ["message_id": -5, "emoji": "x"] },
            "DELETE",
            { _ in "/messages/-5/reactions/x" }
        ),
        Case(
            "read elsewhere",
            "read",
            403,
            { ["chat_id": JSON($0.foreign)] },
            "POST",
            { "/chats/\($0.foreign)/read" }
        ),
        Case(
            "a page of others",
            "page",
            403,
            { ["chat_id": JSON($0.foreign)] },
            "GET",
            { "/messages?chat_id=\($0.foreign)" }
        ),
        Case(
            "a page of nothing",
            "page",
            422,
            { _ in ["limit": "0", "include_deleted": "x"] },
            "GET",
            { _ in "/messages?limit=0&include_deleted=x" }
        ),
        Case(
            "a page with two cursors",
            "page",
            422,
            { ["chat_id": .string("\($0.chat)"), "before_id": "5", "after_id": "3"] },
            "GET",
            { "/messages?chat_id=\($0.chat)&before_id=5&after_id=3" }
        ),
    ]

    let ann: Person
    let socket: WebSocketClient
    let world: World

    init() throws {
        let cast = try Cast()
        self.ann = cast.ann
        self.socket = try self.ann.connect()
        let chat = try self.ann.makeGroup(with: [cast.bob])
        let deleted = try self.ann.say("gone", in: chat)
        expect(try self.ann.delete("/messages/\(deleted)"), 204)
        let foreign = try cast.eve.makeGroup()
        self.world = World(
            chat: chat,
            message: try cast.bob.say("his", in: chat),
            deleted: deleted,
            foreign: foreign,
            foreignMessage: try cast.eve.say("hers", in: foreign)
        )
    }

    @Test(arguments: Self.sends + Self.changes)
    func `a command is refused in the words of its request`(refused: Case) throws {
        let answer = try self.ann.send(
            refused.method,
            refused.path(self.world),
            refused.body(self.world)
        )
        let reply = try self.socket.ask(refused.command, refused.fields(self.world))
        expect(answer, refused.status)
        #expect(reply.status == refused.status, "\(reply)")
        #expect(reply.body == answer.json)
        #expect(reply.json.keys == ["reply", "status", "body"])
    }

    @Test(arguments: ["edit", "delete", "react", "unreact"])
    func `what a request has in its path a command has to have`(command: String) throws {
        for fields in [[:], ["message_id": nil]] as [[String: JSON]] {
            let reply = try self.socket.ask(command, fields)
            #expect(reply.status == 422, "\(reply)")
            #expect(reply.body["detail"][0]["type"] == "missing")
            #expect(reply.body["detail"][0]["loc"] == ["path", "message_id"])
        }
    }

    @Test func `an emoji to take back is a text`() throws {
        let id = JSON(self.world.message)
        for emoji in [nil, 5, ["x"]] as [JSON] {
            let reply = try self.socket.ask("unreact", ["message_id": id, "emoji": emoji])
            #expect(reply.status == 422, "\(reply)")
            #expect(reply.body["detail"][0]["loc"] == ["path", "emoji"])
        }
    }

    @Test func `who was removed is refused, and gets no reply from before`() throws {
        let bob = try Cast().bob
        let socket = try bob.connect()
        let chat = JSON(self.world.chat)
        let send: [String: JSON] = ["chat_id": chat, "type": "text", "content": "x"]
        #expect(try socket.ask("send", send, key: "k").status == 201)
        let path = "/chats/\(self.world.chat)/members/\(bob.id)"
        expect(try self.ann.delete(path), 204)
        for (command, fields) in [
            ("send", send), ("page", ["chat_id": chat]), ("read", ["chat_id": chat]),
            ("typing", ["chat_id": chat, "is_typing": true]),
            ("delete", ["message_id": JSON(self.world.message)]),
            ("edit", ["message_id": JSON(self.world.message), "content": "x"]),
            ("react", ["message_id": JSON(self.world.message), "emoji": "x"]),
        ] as [(String, [String: JSON])] {
            let reply = try socket.ask(command, fields, key: "k")
            #expect(reply.status == 403, "\(reply)")
            #expect(reply.body == ["detail": "Access denied"])
        }
    }
}
