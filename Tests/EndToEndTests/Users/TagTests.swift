import TestSupport
import Testing

@Suite(.blocking) struct TagTests {
    let ann: Person
    /// Nobody's, and nobody else's in this run.
    let tag = "t\(Int.random(in: 0..<1 << 50))"

    init() throws {
        self.ann = try Person("Ann", on: SharedServer.get())
    }

    private func isAvailable(_ tag: String) throws -> HTTPAnswer {
        try self.ann.client.send("GET", "/api/v1/users/tag/\(tag)/available")
    }

    @Test func `a tag is taken, lower case and without its at sign`() throws {
        let answer = try self.ann.put(
            "/users/me/tag",
            ["tag": .string("@\(self.tag.uppercased())")]
        )
        expect(answer, 200)
        expect(answer.json, is: .user)
        #expect(answer.json["tag"] == .string(self.tag))
        #expect(answer.json["email"] == .string(self.ann.email))
    }

    @Test func `a tag has one owner`() throws {
        let bob = try Person("Bob", on: self.ann.server)
        let body: JSON = ["tag": .string(self.tag)]
        expect(try self.ann.put("/users/me/tag", body), 200)
        expect(try self.ann.put("/users/me/tag", body), 200)
        expect(try bob.put("/users/me/tag", body), 409, "Tag is already taken")
        expect(try self.ann.put("/users/me/tag", ["tag": .string("\(self.tag)x")]), 200)
        expect(try bob.put("/users/me/tag", body), 200)
    }

    @Test func `of two who want a tag at once one gets it`() throws {
        let bob = try Person("Bob", on: self.ann.server)
        let body: JSON = ["tag": .string(self.tag)]
        for person in [self.ann, bob] { try person.write("PUT", "/users/me/tag", body) }
        let statuses = try [self.ann, bob].map { try $0.client.readAnswer().status }
        #expect(statuses.sorted() == [200, 409])
    }

    @Test(
        arguments: [
            "ab", "", "@", "a", .string(String(repeating: "x", count: 33)), ".abc", "abc.", "_abc",
            "abc_", "a b", "a-b", "äbc", "abc/", "@@abc", 5, nil, ["abc"],
        ] as [JSON]
    )
    func `what is no tag is refused`(tag: JSON) throws {
        expectInvalid(try self.ann.put("/users/me/tag", ["tag": tag]), "body", "tag")
        #expect(try self.ann.get("/users/me").json["tag"] == self.ann.user["tag"])
    }

    @Test func `whether a tag is free is told without a token`() throws {
        let free = try self.isAvailable(self.tag)
        expect(free, 200)
        #expect(free.json == ["available": true])
        expect(try self.ann.put("/users/me/tag", ["tag": .string(self.tag)]), 200)
        #expect(try self.isAvailable(self.tag).json == ["available": false])
        #expect(try self.isAvailable("@\(self.tag.uppercased())").json == ["available": false])
        #expect(try self.isAvailable("%40\(self.tag)").json == ["available": false])
        expectInvalid(try self.isAvailable("a"), "path", "tag")
    }

    @Test func `a person is found by tag`() throws {
        let eve = try Cast().eve
        expect(try self.ann.put("/users/me/tag", ["tag": .string(self.tag)]), 200)
        for text in [self.tag, "@\(self.tag)", "%40\(self.tag.uppercased())"] {
            let answer = try eve.get("/users/search?tag=\(text)")
            expect(answer, 200)
            expect(answer.json, is: .stranger)
            #expect(answer.json["id"] == JSON(self.ann.id))
        }
        let own = try self.ann.get("/users/search?tag=\(self.tag)")
        #expect(own.json["email"] == .string(self.ann.email))
    }

    @Test func `a tag that nobody has finds nobody`() throws {
        for tag in [self.tag, "", "%25", "a%20b"] {
            expect(try self.ann.get("/users/search?tag=\(tag)"), 404, "User not found")
        }
        expectInvalid(try self.ann.get("/users/search"), "query", "tag")
    }

    @Test func `the tag that was left finds nobody`() throws {
        let old = self.ann.user["tag"].string ?? ""
        expect(try self.ann.put("/users/me/tag", ["tag": .string(self.tag)]), 200)
        expect(try self.ann.get("/users/search?tag=\(old)"), 404, "User not found")
    }
}
