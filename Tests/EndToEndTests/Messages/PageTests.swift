import TestSupport
import Testing

@Suite(.blocking) struct PageTests {
    let ann: Person
    let chat: Int64
    /// In the order in which they were sent.
    let ids: [Int64]

    init() throws {
        let ann = try Cast().ann
        let chat = try ann.makeGroup()
        self.ann = ann
        self.chat = chat
        self.ids = try (0..<12).map { try ann.say("\($0)", in: chat) }
    }

    private func page(_ query: String = "") throws -> HTTPAnswer {
        try self.ann.get("/messages?chat_id=\(self.chat)\(query)")
    }

    private func ids(_ query: String) throws -> [Int64] {
        let answer = try self.page(query)
        expect(answer, 200)
        return answer.json["messages"].items.compactMap { $0["id"].int }
    }

    @Test func `a page is newest first`() throws {
        let answer = try self.page()
        expect(answer, 200)
        expect(answer.json, is: .page)
        for message in answer.json["messages"].items { expect(message, is: .message) }
        #expect(try self.ids("") == self.ids.reversed())
        #expect(answer.json["has_more"] == false)
        #expect(answer.json["next_cursor"].isNull)
    }

    @Test func `the cursor leads through everything, once`() throws {
        var seen: [Int64] = []
        var query = "&limit=5"
        while true {
            let page = try self.page(query).json
            seen += page["messages"].items.compactMap { $0["id"].int }
            guard page["has_more"] == true else {
                #expect(page["next_cursor"].isNull)
                break
            }
            #expect(page["next_cursor"].int == seen.last)
            query = "&limit=5&before_id=\(page["next_cursor"])"
        }
        #expect(seen == self.ids.reversed())
    }

    @Test func `a limit that fits exactly has no more`() throws {
        let page = try self.page("&limit=12").json
        #expect(page["has_more"] == false)
        #expect(page["next_cursor"].isNull)
        #expect(try self.page("&limit=11").json["has_more"] == true)
    }

    @Test func `before an id are those strictly below it`() throws {
        #expect(try self.ids("&before_id=\(self.ids[3])") == self.ids[..<3].reversed())
        #expect(try self.ids("&before_id=\(self.ids[0])") == [])
        #expect(try self.ids("&before_id=0") == [])
        #expect(try self.ids("&before_id=-5") == [])
        #expect(try self.ids("&before_id=9223372036854775807") == self.ids.reversed())
        // Also an id that is no message.
        #expect(try self.ids("&before_id=\(self.ids[3] + 1)") == self.ids[...3].reversed())
    }

    @Test func `after an id come the oldest of those above it`() throws {
        let after = try self.ids("&after_id=\(self.ids[3])&limit=3")
        #expect(Set(after) == Set(self.ids[4...6]))
        #expect(Set(try self.ids("&after_id=\(self.ids[9])")) == Set(self.ids[10...]))
        #expect(try self.ids("&after_id=\(self.ids[11])") == [])
    }

    @Test func `around an id is the id and its neighbours`() throws {
        let around = try self.ids("&around_id=\(self.ids[6])&limit=5")
        #expect(around.contains(self.ids[6]))
        #expect(around.count == 5)
        let places = around.compactMap { self.ids.firstIndex(of: $0) }.sorted()
        #expect(places == Array(places[0]..<places[0] + 5))
    }

    @Test func `a deleted message stays in its place`() throws {
        expect(try self.ann.delete("/messages/\(self.ids[4])"), 204)
        #expect(try self.ids("") == self.ids.reversed())
        let shown = try #require(
            try self.page().json["messages"].items.first {
                $0["id"] == JSON(self.ids[4])
            }
        )
        expect(shown, is: .message)
        #expect(shown["is_deleted"] == true)
        #expect(shown["content"].isNull)
        #expect(shown["payload"].isNull)
        let left = self.ids.filter { $0 != self.ids[4] }
        #expect(try self.ids("&include_deleted=false") == left.reversed())
        let few = try self.ids("&include_deleted=false&limit=3&before_id=\(self.ids[6])")
        #expect(few == [self.ids[5], self.ids[3], self.ids[2]])
    }

    @Test func `only members see a page`() throws {
        let eve = try Cast().eve
        expect(try eve.get("/messages?chat_id=\(self.chat)"), 403, "Access denied")
        for id in ["4000000", "0", "-1", "99999999999"] {
            expect(try self.ann.get("/messages?chat_id=\(id)"), 403, "Access denied")
        }
        let path = "/api/v1/messages?chat_id=\(self.chat)"
        expect(try self.ann.client.send("GET", path), 401, "Missing token")
    }

    @Test(arguments: [
        ("limit", "0"), ("limit", "-1"), ("limit", "201"), ("limit", "x"), ("limit", ""),
        ("limit", "1.5"), ("limit", "99999999999999999999"), ("before_id", "x"),
        ("before_id", "99999999999999999999"), ("after_id", "x"), ("around_id", ""),
        ("include_deleted", "perhaps"),
    ])
    func `a wrong parameter is named`(name: String, value: String) throws {
        expectInvalid(try self.page("&\(name)=\(value)"), "query", .string(name))
    }

    @Test func `the chat has to be named`() throws {
        expectInvalid(try self.ann.get("/messages"), "query", "chat_id")
        expectInvalid(try self.ann.get("/messages?chat_id=x"), "query", "chat_id")
    }

    @Test func `only one cursor may be given`() throws {
        let answer = try self.page("&before_id=5&after_id=2")
        expect(answer, 422)
        expectRefusalShape(answer)
    }

    @Test func `a page has at most 200`() throws {
        let body: JSON = ["chat_id": JSON(self.chat), "type": "text", "content": "x"]
        for _ in 0..<4 {
            for _ in 0..<50 { try self.ann.write("POST", "/messages", body) }
            for _ in 0..<50 { expect(try self.ann.client.readAnswer(), 201) }
        }
        #expect(try self.ids("&limit=200").count == 200)
        #expect(try self.ids("").count == 50)
        #expect(try self.page("&limit=200").json["has_more"] == true)
    }
}
