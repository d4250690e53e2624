import Foundation
import TestSupport
import Testing

/// A server that anybody may look around in, and its data folder, which is nothing else.
@Suite(.blocking) struct DemoTests {
    private static let people = ["anna", "ben", "chiara", "dmitri"]

    private func enter(_ name: String, on server: ServerProcess) throws -> Person {
        try Person(loggingIn: "\(name)@demo.invalid", "look around", on: server)
    }

    /// What a page has for the people of a demo.
    private func page(of server: ServerProcess) throws -> String {
        let answer = try HTTPClient(server).send("GET", "/")
        expect(answer, 200)
        return String(decoding: answer.body, as: UTF8.self)
    }

    @Test func `each of its people is in chats in which something was said`() throws {
        let server = try ServerProcess.small(["--demo"])
        let page = try self.page(of: server)
        for name in Self.people {
            #expect(page.contains("\"email\":\"\(name)@demo.invalid\""))
            let person = try self.enter(name, on: server)
            let chats = try person.get("/chats").json.items
            #expect(chats.count >= 2, "\(name)")
            for chat in chats {
                let messages = try person.page(of: chat["id"].int ?? 0)
                #expect(messages.count >= 3)
                let times = messages.compactMap { $0["ts"].string }
                #expect(times == times.sorted(by: >) && Set(times).count == times.count)
            }
        }
    }

    @Test func `there are replies, reactions, edited, deleted and unread messages`() throws {
        let anna = try self.enter("anna", on: ServerProcess.small(["--demo"]))
        let chats = try anna.get("/chats").json.items
        let messages = try chats.flatMap { try anna.page(of: $0["id"].int ?? 0) }
        #expect(messages.contains { $0["reply_to_id"].int != nil })
        #expect(messages.contains { !$0["reactions"].items.isEmpty })
        #expect(messages.contains { $0["updated_at"].string != nil })
        #expect(messages.contains { $0["is_deleted"] == true })
        #expect(messages.contains { $0["status"] == "read" })
        #expect(chats.contains { ($0["unreadCount"].int ?? 0) > 0 })
        #expect(chats.contains { $0["unreadCount"] == 0 })
    }

    @Test func `it goes on where it was, and is filled once`() throws {
        let server = try ServerProcess.small(["--demo"])
        let before = try self.enter("ben", on: server)
        let count = try before.get("/chats").json.items.count
        let chat = try before.makeGroup("Mine")
        try server.kill()
        try server.restart()
        let after = try self.enter("ben", on: server)
        #expect(try after.get("/chats").json.items.count == count + 1)
        #expect(try after.get("/chats/\(chat)").json["title"] == "Mine")
    }

    @Test func `a demo does not start as anything else`() throws {
        let server = try ServerProcess.small(["--demo"])
        _ = try server.stop()
        let failure = #expect(throws: ServerProcess.StartFailure.self) {
            try server.restart(ServerProcess.smallSegments)
        }
        #expect(failure?.log.contains("was made with --demo") == true)
        try server.restart()
        _ = try self.enter("dmitri", on: server)
    }

    @Test func `what is there already does not become a demo`() throws {
        let server = try ServerProcess.small([])
        #expect(try !self.page(of: server).contains("demo.invalid"))
        let ann = try Person("Ann", on: server)
        _ = try server.stop()
        let failure = #expect(throws: ServerProcess.StartFailure.self) {
            try server.restart(ServerProcess.smallSegments + ["--demo"])
        }
        #expect(failure?.log.contains("has a history that is no demo") == true)
        try server.restart()
        #expect(try Person(ann.credentials).get("/users/me").json["id"].int == ann.id)
    }

    @Test func `it wants no database that others may use`() throws {
        let folder = try ThrowawayFolder()
        let failure = #expect(throws: ServerProcess.StartFailure.self) {
            try ServerProcess(["--demo", "--database-url", "postgresql:///nobody"], in: folder)
        }
        #expect(failure?.log.contains("leave out --database-url") == true)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/data/demo"))
    }
}
