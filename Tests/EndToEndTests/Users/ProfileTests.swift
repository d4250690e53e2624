import TestSupport
import Testing

@Suite(.blocking) struct ProfileTests {
    let ann: Person

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
    }

    @Test func `I see my whole account`() throws {
        let answer = try self.ann.get("/users/me")
        expect(answer, 200)
        expect(answer.json, is: .user)
        #expect(answer.json["email"] == .string(self.ann.email))
    }

    @Test func `what is given is changed, the rest stays`() throws {
        let named = try self.ann.patch("/users/me", ["display_name": "Anna"])
        expect(named, 200)
        expect(named.json, is: .user)
        #expect(named.json["display_name"] == "Anna")
        #expect(named.json["tag"] == self.ann.user["tag"])
        let pictured = try self.ann.patch("/users/me", ["avatar_url": "https://example.org/a"])
        #expect(pictured.json["display_name"] == "Anna")
        #expect(pictured.json["avatar_url"] == "https://example.org/a")
        let cleared = try self.ann.patch("/users/me", ["avatar_url": nil])
        #expect(cleared.json["avatar_url"].isNull)
        #expect(try self.ann.patch("/users/me", [:]).json == cleared.json)
        #expect(try self.ann.get("/users/me").json == cleared.json)
    }

    @Test(
        arguments: [
            ("display_name", ""), ("display_name", 5),
            ("display_name", .string(String(repeating: "x", count: 256))),
            ("avatar_url", .string(String(repeating: "x", count: 1025))), ("avatar_url", []),
        ] as [(String, JSON)]
    )
    func `a wrong value changes nothing`(field: String, value: JSON) throws {
        let answer = try self.ann.patch("/users/me", .object([field: value]))
        expectInvalid(answer, "body", .string(field))
        #expect(try self.ann.get("/users/me").json == self.ann.user)
    }

    @Test func `what cannot be changed is left alone`() throws {
        let answer = try self.ann.patch(
            "/users/me",
            ["id": 1, "email": "x@example.org", "tag": "x"]
        )
        expect(answer, 200)
        #expect(answer.json == self.ann.user)
    }

    @Test func `others see me without my address`() throws {
        let eve = try Cast().eve
        let answer = try eve.get("/users/\(self.ann.id)")
        expect(answer, 200)
        expect(answer.json, is: .stranger)
        #expect(answer.json["display_name"] == "Ann")
        #expect(!answer.text.contains(self.ann.email))
    }

    @Test func `who does not exist is not found`() throws {
        for id in ["4000000", "0", "-1", "9007199254740993"] {
            expect(try self.ann.get("/users/\(id)"), 404, "User not found")
        }
        expectInvalid(try self.ann.get("/users/abc"), "path", "user_id")
    }
}
