import Foundation
import TestSupport
import Testing

/// Coming back to a server that has been away itself, or remembers little.
@Suite(.blocking) struct ResumeRestartTests {
    private struct World {
        let server: ServerProcess
        let ann: Person
        let bob: Person
        let chat: Int64
        let quiet: Int64

        init(_ options: [String] = ["--no-limits"]) throws {
            self.server = try ServerProcess.small(options)
            self.ann = try Person("Ann", on: self.server)
            self.bob = try Person("Bob", on: self.server)
            self.chat = try self.ann.makeGroup(with: [self.bob])
            self.quiet = try self.ann.makeGroup("Quiet", with: [self.bob])
        }

        func resyncs(in events: [SocketEvent]) -> [Int64] {
            events.filter { $0.name == "chat.resync" }.compactMap { $0.data["chat_id"].int }
        }
    }

    @Test func `after a crash the missed events are the same bytes`() throws {
        let world = try World()
        let session = try Session(world.bob)
        let witness = try Session(world.bob)
        session.drop()
        let id = try world.ann.say("one", in: world.chat)
        expect(try world.ann.post("/messages/\(id)/reactions", ["emoji": "x"]), 201)
        expect(try world.bob.post("/chats/\(world.chat)/read"), 200)
        expect(try world.ann.patch("/messages/\(id)", ["content": "two"]), 200)
        expect(try world.ann.patch("/chats/\(world.quiet)", ["title": "New"]), 200)
        try world.ann.say("last", in: world.chat)
        let seen = try witness.events(throughMessage: "last")
        try world.server.kill()
        try world.server.restart()
        try session.resume()
        #expect(try session.events(throughMessage: "last") == seen)
        // Who had it all hears nothing twice.
        try witness.resume()
        try world.ann.say("live", in: world.chat)
        #expect(try witness.events(throughMessage: "live").count == 1)
    }

    @Test func `after a stop only the chats that went on are to be fetched`() throws {
        let world = try World()
        let session = try Session(world.bob)
        session.drop()
        try world.ann.say("missed", in: world.chat)
        try world.server.stop()
        try world.server.restart()
        try session.resume()
        #expect(session.chats == [world.chat, world.quiet])
        try world.ann.say("live", in: world.quiet)
        let heard = try session.events(throughMessage: "live")
        #expect(world.resyncs(in: heard) == [world.chat])
        #expect(heard.count == 2)
    }

    @Test func `after a stop who had everything goes on`() throws {
        let world = try World()
        let session = try Session(world.bob)
        try world.ann.say("seen", in: world.chat)
        _ = try session.events(throughMessage: "seen")
        try world.server.stop()
        #expect(throws: SocketClosed.self) { while true { _ = try session.next() } }
        try world.server.restart()
        try session.resume()
        try world.ann.say("live", in: world.chat)
        #expect(try session.events(throughMessage: "live").count == 1)
    }

    @Test func `a server that remembers ten events says which chats to fetch`() throws {
        let world = try World(["--no-limits", "--resume-events", "10"])
        let session = try Session(world.bob)
        session.drop()
        try world.ann.say("quiet", in: world.quiet)
        for number in 0..<12 { try world.ann.say("\(number)", in: world.chat) }
        try session.resume()
        try world.ann.say("live", in: world.chat)
        var heard = try session.events(throughMessage: "live")
        #expect(world.resyncs(in: heard).sorted() == [world.chat, world.quiet].sorted())
        session.drop()
        for number in 0..<9 { try world.ann.say("\(number)", in: world.chat) }
        try session.resume()
        heard = try session.events(throughMessage: "8")
        #expect(heard.map(\.name) == Array(repeating: "message.created", count: 9))
    }

    @Test func `a server that remembers nothing still loses nothing`() throws {
        let world = try World(["--no-limits", "--resume-events", "0"])
        let session = try Session(world.bob)
        session.drop()
        try world.ann.say("missed", in: world.chat)
        try session.resume()
        try world.ann.say("live", in: world.quiet)
        let heard = try session.events(throughMessage: "live")
        #expect(world.resyncs(in: heard) == [world.chat])
    }

    @Test func `a server without its journal begins another history`() throws {
        let world = try World()
        let session = try Session(world.bob)
        try world.ann.say("kept", in: world.chat)
        _ = try session.events(throughMessage: "kept")
        try world.server.waitForDatabase()
        try world.server.stop()
        for folder in ["\(world.server.dataFolder)/journal", world.server.snapshotFolder] {
            try FileManager.default.removeItem(atPath: folder)
        }
        try world.server.restart()
        let bob = try Person(loggingIn: world.bob.email, world.bob.password, on: world.server)
        let socket = try WebSocketClient(
            world.server,
            token: bob.accessToken,
            query: "since=\(session.seq)&epoch=\(session.epoch)"
        )
        #expect(try socket.next().data["epoch"].string != session.epoch)
        #expect(try socket.next().name == "resync")
        #expect(try bob.page(of: world.chat).count == 1)
    }
}
