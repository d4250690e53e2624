import TestSupport
import Testing

@Suite(.blocking) struct DeletionTests {
    let cast: Cast
    let chat: Int64
    let message: Int64

    init() throws {
        self.cast = try Cast()
        self.chat = try self.cast.ann.makeGroup(with: [self.cast.bob])
        self.message = try self.cast.ann.say("oops", in: self.chat)
    }

    private var path: String { "/messages/\(self.message)" }

    @Test func `a tombstone is left`() throws {
        expect(try self.cast.bob.post("\(self.path)/reactions", ["emoji": "👍"]), 201)
        let answer = try self.cast.ann.delete(self.path)
        expect(answer, 204)
        #expect(answer.body.isEmpty)
        let left = try self.cast.bob.get(self.path).json
        expect(left, is: .message)
        #expect(left["is_deleted"] == true)
        #expect(!left["deleted_at"].isNull)
        #expect(left["content"].isNull)
        #expect(left["payload"].isNull)
        #expect(left["author_id"] == JSON(self.cast.ann.id))
        #expect(left["reactions"] == [])
    }

    @Test func `it is deleted once`() throws {
        expect(try self.cast.ann.delete(self.path), 204)
        expect(try self.cast.ann.delete(self.path), 400, "Message already deleted")
    }

    @Test func `of two deletions at once one is done`() throws {
        let other = Person(self.cast.ann.credentials)
        for person in [self.cast.ann, other] { try person.write("DELETE", self.path) }
        let statuses = try [self.cast.ann, other].map { try $0.client.readAnswer().status }
        #expect(statuses.sorted() == [204, 400])
    }

    @Test func `only the author deletes it`() throws {
        expect(try self.cast.bob.delete(self.path), 403, "Access denied")
        expect(try self.cast.eve.delete(self.path), 403, "Access denied")
        // Not even the admin.
        let other = try self.cast.bob.say("x", in: self.chat)
        expect(try self.cast.ann.delete("/messages/\(other)"), 403, "Access denied")
        #expect(try self.cast.ann.get(self.path).json["is_deleted"] == false)
    }

    @Test func `nothing can be added to it`() throws {
        expect(try self.cast.ann.delete(self.path), 204)
        let reaction = try self.cast.bob.post("\(self.path)/reactions", ["emoji": "👍"])
        expect(reaction, 400)
        expectRefusalShape(reaction)
        let reply = try self.cast.bob.post(
            "/messages",
            [
                "chat_id": JSON(self.chat), "type": "text", "content": "x",
                "reply_to_id": JSON(self.message),
            ]
        )
        expect(reply, 400)
        expectRefusalShape(reply)
    }
}
