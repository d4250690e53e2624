import TestSupport
import Testing

/// What a database would refuse never becomes history: it is refused where it comes in, and nothing
/// is left of it.
@Suite(.blocking) struct UnstorableTests {
    let ann: Person
    let chat: Int64
    let message: Int64

    init() throws {
        // With no chats and a name that no other test touches.
        self.ann = try Person("Ann", on: SharedServer.get())
        self.chat = try self.ann.makeGroup()
        self.message = try self.ann.say("hello", in: self.chat)
    }

    /// Everything that Ann could have changed.
    private func state() throws -> [JSON] {
        [
            try self.ann.get("/users/me").json, try self.ann.get("/chats").json,
            .array(try self.ann.page(of: self.chat)),
        ]
    }

    /// Requests whose body has `⟨text⟩` in the place of each string that is kept, or looked up in
    /// what is kept.
    private var bodies: [(method: String, path: String, body: String)] {
        let message = "/messages/\(self.message)"
        let send = #"{"chat_id":\#(self.chat),"type":"text","content":"x""#
        return [
            ("POST", "/messages", #"{"chat_id":\#(self.chat),"type":"⟨text⟩","content":"x"}"#),
            ("POST", "/messages", #"{"chat_id":\#(self.chat),"type":"t","content":"⟨text⟩"}"#),
            ("POST", "/messages", send + #","payload":{"a":"⟨text⟩"}}"#),
            ("POST", "/messages", send + #","payload":{"⟨text⟩":1}}"#),
            ("POST", "/messages", send + #","payload":{"a":[[{"b":["x","⟨text⟩"]}]]}}"#),
            ("POST", "/messages", send + #","payload":{"a":{"b":{"⟨text⟩":null}}}}"#),
            ("PATCH", message, #"{"content":"⟨text⟩"}"#),
            ("PATCH", message, #"{"payload":{"a":"⟨text⟩"}}"#),
            ("POST", "\(message)/reactions", #"{"emoji":"⟨text⟩"}"#),
            ("PATCH", "/users/me", #"{"display_name":"⟨text⟩"}"#),
            ("PATCH", "/users/me", #"{"avatar_url":"⟨text⟩"}"#),
            ("PUT", "/users/me/tag", #"{"tag":"⟨text⟩"}"#),
            ("POST", "/chats", #"{"title":"⟨text⟩","is_group":true,"member_ids":[]}"#),
            ("PATCH", "/chats/\(self.chat)", #"{"title":"⟨text⟩"}"#),
        ]
    }

    private static let register =
        #"{"email":"⟨email⟩","password":"⟨password⟩","display_name":"⟨name⟩","avatar_url":"⟨url⟩"}"#

    @Test(arguments: [
        (#"\u0000"#, "the character U+0000"), (#"abc\u0000"#, "the character U+0000"),
        (#"a\u0000b"#, "the character U+0000"), (#"\ud800"#, "half of a surrogate pair"),
        (#"a\uDFFFb"#, "half of a surrogate pair"), (#"\ud83dx"#, "half of a surrogate pair"),
        (#"\ud83d\ud83d\ude00"#, "half of a surrogate pair"),
    ])
    func `an escape that stands for no character is refused wherever it stands`(
        text: String,
        reason: String
    ) throws {
        let before = try self.state()
        for (method, path, body) in self.bodies {
            let bytes = body.replacing("⟨text⟩", with: text).utf8
            let answer = try self.ann.send(method, path, bytes: bytes)
            expect(answer, 422)
            expectRefusalShape(answer)
            let error = answer.json["detail"][0]
            #expect(error["msg"] == .string("Value error, a string must not have \(reason)"))
            #expect(error["loc"][0] == "body" && error["loc"][1].int != nil, "\(error)")
        }
        #expect(try self.state() == before)
    }

    @Test(arguments: ["email", "password", "name", "url"])
    func `nobody is registered with what cannot be stored`(field: String) throws {
        let email = "unstorable.\(field)@example.org"
        let good = ["email": email, "password": "long enough", "name": "U", "url": "u"]
        for text in [#"\u0000"#, #"\ud800"#] {
            var body = Self.register
            for (name, value) in good {
                body = body.replacing("⟨\(name)⟩", with: name == field ? value + text : value)
            }
            expect(try self.ann.send("POST", "/auth/register", bytes: body.utf8), 422)
        }
        let login: JSON = ["email": .string(email), "password": "long enough"]
        expect(try self.ann.post("/auth/login", login), 401, "Invalid credentials")
    }

    @Test(
        arguments: [
            [0x00], [0x61, 0x00], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xed, 0xb0, 0x80],
            [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80],
        ] as [[UInt8]]
    )
    func `bytes that are no text are refused wherever they stand`(bytes: [UInt8]) throws {
        let before = try self.state()
        for (method, path, body) in self.bodies {
            let parts = body.split(separator: "⟨text⟩", omittingEmptySubsequences: false)
            let raw = Array(parts[0].utf8) + bytes + Array(parts[1].utf8)
            let answer = try self.ann.send(method, path, bytes: raw)
            expect(answer, 422)
            expectRefusalShape(answer)
            #expect(answer.json["detail"][0]["type"] == "json_invalid")
        }
        #expect(try self.state() == before)
    }

    @Test(arguments: [
        "%00", "%F0%9F%91%8D%00", "%00%F0%9F%91%8D", "%C0%80", "%ED%A0%80", "%ED%A0%BD%ED%B1%8D",
        "%F0%9F%91", "%FF", "%", "%0", "%zz",
    ])
    func `an emoji in a path is text or nothing`(emoji: String) throws {
        let reactions = "/messages/\(self.message)/reactions"
        expect(try self.ann.post(reactions, ["emoji": "👍"]), 201)
        let before = try self.state()
        expect(try self.ann.delete("\(reactions)/\(emoji)"), 400, "Malformed path")
        #expect(try self.state() == before)
        expect(try self.ann.delete("\(reactions)/%F0%9F%91%8D"), 204)
    }

    // MARK: Payloads

    private func send(payload: String) throws -> HTTPAnswer {
        let body = #"{"chat_id":\#(self.chat),"type":"text","payload":\#(payload)}"#
        return try self.ann.send("POST", "/messages", bytes: body.utf8)
    }

    @Test(arguments: [
        #"{"n":-0}"#, #"{"n":-0.0}"#, #"{"n":1e308}"#, #"{"n":-1.50E+03}"#, #"{"n":5e-324}"#,
        #"{"n":123456789012345678901234567890}"#, #"{"n":0.1000}"#, #"{"":{"\u001f":"\u007f"}}"#,
        #"{"a":" ﻿￿𐀀","b":[],"c":{},"d":[null,true,false]}"#,
        "{\"a\":" + String(repeating: "[", count: 62) + String(repeating: "]", count: 62) + "}",
    ])
    func `a payload comes back byte for byte`(payload: String) throws {
        let answer = try self.send(payload: payload)
        expect(answer, 201)
        let shown = payload.replacing(#"\u007f"#, with: "\u{7f}")
        #expect(answer.text.contains(#""payload":\#(shown),"#), "\(answer)")
        let page = try self.ann.get("/messages?chat_id=\(self.chat)&limit=1")
        #expect(page.text.contains(#""payload":\#(shown),"#), "\(page)")
    }

    @Test(arguments: [
        "1e309", "-1e400", "1e99999999999999999999", "1e-1075", "0e99999", "1e-99999999999",
        String(repeating: "9", count: 400), "0." + String(repeating: "1", count: 2000),
    ])
    func `a number that is beyond a double is refused in a payload`(number: String) throws {
        let before = try self.state()
        for payload in [#"{"n":\#(number)}"#, #"{"a":[{"n":[0,\#(number)]}]}"#] {
            let answer = try self.send(payload: payload)
            expectInvalid(answer, "body", "payload")
            let message = "Value error, payload has a number beyond the range of a double"
            #expect(answer.json["detail"][0]["msg"] == .string(message))
            let edit = #"{"payload":\#(payload)}"#
            let path = "/messages/\(self.message)"
            expectInvalid(try self.ann.send("PATCH", path, bytes: edit.utf8), "body", "payload")
        }
        #expect(try self.state() == before)
    }

    @Test(arguments: [
        "NaN", "Infinity", "-Infinity", "01", "+1", "1.", ".5", "0x1", "1e", "'x'",
        String(repeating: "[", count: 63) + String(repeating: "]", count: 63),
    ])
    func `what only looks like JSON is refused in a payload`(value: String) throws {
        let answer = try self.send(payload: #"{"n":\#(value)}"#)
        expect(answer, 422)
        #expect(answer.json["detail"][0]["type"] == "json_invalid")
    }
}
