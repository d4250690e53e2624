import TestSupport
import Testing

@Suite(.blocking) struct SearchTests {
    let cast: Cast
    let chat: Int64

    init() throws {
        self.cast = try Cast()
        self.chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        for text in ["Tea time", "coffee", "green TEA", "100% чай", "Чай?", "steam"] {
            try self.cast.ann.say(text, in: self.chat)
        }
    }

    private func search(_ query: String) throws -> HTTPAnswer {
        try self.cast.bob.get("/messages/search?chat_id=\(self.chat)&\(query)")
    }

    private func found(_ query: String) throws -> [String] {
        let answer = try self.search(query)
        expect(answer, 200)
        return answer.json.items.compactMap { $0["content"].string }
    }

    @Test func `any part of the text matches, in any case, newest first`() throws {
        #expect(try self.found("query=tea") == ["steam", "green TEA", "Tea time"])
        #expect(try self.found("query=%D1%87%D0%B0%D0%B9") == ["Чай?", "100% чай"])
        #expect(try self.found("query=nothing") == [])
        for message in try self.search("query=tea").json.items { expect(message, is: .message) }
    }

    @Test func `wildcards are letters like others`() throws {
        #expect(try self.found("query=%25") == ["100% чай"])
        #expect(try self.found("query=_") == [])
        #expect(try self.found("query=.") == [])
    }

    @Test func `a page of results is limited and offset`() throws {
        #expect(try self.found("query=tea&limit=1") == ["steam"])
        #expect(try self.found("query=tea&limit=2&offset=1") == ["green TEA", "Tea time"])
        #expect(try self.found("query=tea&offset=3") == [])
    }

    @Test func `deleted and edited messages are found as they are now`() throws {
        let message = try self.cast.ann.say("tea again", in: self.chat)
        expect(try self.cast.ann.patch("/messages/\(message)", ["content": "milk"]), 200)
        #expect(try self.found("query=again") == [])
        #expect(try self.found("query=milk") == ["milk"])
        expect(try self.cast.ann.delete("/messages/\(message)"), 204)
        #expect(try self.found("query=milk") == [])
    }

    @Test func `an empty query is refused`() throws {
        expect(try self.search("query="), 400, "Search query cannot be empty")
        expect(try self.search("query=%20%20"), 400, "Search query cannot be empty")
        expectInvalid(try self.search(""), "query", "query")
    }

    @Test(arguments: [
        ("limit", "0"), ("limit", "201"), ("limit", "x"), ("offset", "-1"), ("offset", "x"),
    ])
    func `a wrong parameter is named`(name: String, value: String) throws {
        expectInvalid(try self.search("query=tea&\(name)=\(value)"), "query", .string(name))
    }

    @Test func `only members search`() throws {
        let path = "/messages/search?chat_id=\(self.chat)&query=tea"
        expect(try self.cast.eve.get(path), 403, "Access denied")
        let unknown = try self.cast.ann.get("/messages/search?chat_id=4000000&query=tea")
        expect(unknown, 403, "Access denied")
    }
}
