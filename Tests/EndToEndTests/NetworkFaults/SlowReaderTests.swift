import TestSupport
import Testing

/// Clients that take what they are sent later than it comes, or never.
@Suite(.blocking) struct SlowReaderTests {
    private struct World {
        let ann: Person
        let bob: Person
        let chat: Int64

        init(environment: [String: String] = [:]) throws {
            let options = environment.isEmpty ? ["--no-limits"] : []
            let server = try ServerProcess.small(options, environment: environment)
            self.ann = try Person("Ann", on: server)
            self.bob = try Person("Bob", on: server)
            self.chat = try self.ann.makeGroup(with: [self.bob])
        }

        /// A socket of Bob's for which the kernel keeps little.
        func connectWithLittleRoom(_ place: String = "") throws -> WebSocketClient {
            let socket = try WebSocketClient(
                self.bob.server,
                path: "/ws?token=\(self.bob.accessToken)\(place)",
                receiveBytes: 4096
            )
            guard try socket.next().name == "hello" else { throw WaitError.malformed("no hello") }
            return socket
        }

        /// Sends so many messages of 16 KB at once. `quick` hears each part of them before the next
        /// is sent, so that it does not fall behind.
        func flood(_ count: Int, heardBy quick: WebSocketClient? = nil) throws -> [Int64] {
            let text = String(repeating: "x", count: 16_000)
            let body: JSON = [
                "chat_id": JSON(self.chat), "type": "text", "content": .string(text),
            ]
            var ids: [Int64] = []
            for start in stride(from: 0, to: count, by: 60) {
                let part = min(60, count - start)
                for _ in 0..<part { try self.ann.write("POST", "/messages", body) }
                for _ in 0..<part {
                    let answer = try self.ann.client.readAnswer()
                    expect(answer, 201)
                    ids.append(answer.json["id"].int ?? 0)
                }
                guard let quick, let last = ids.last else { continue }
                let heard = try SlowReaderTests.created(quick, through: last)
                #expect(heard.compactMap { $0.data["id"].int } == Array(ids.suffix(part)))
            }
            return ids
        }
    }

    private static func created(
        _ socket: WebSocketClient,
        through last: Int64
    ) throws -> [SocketEvent] {
        try socket.events { $0.data["id"].int == last }.filter { $0.seq != nil }
    }

    @Test func `who falls behind by more than may wait is not cut off, and gets everything`() throws
    {
        let world = try World()
        let slow = try world.connectWithLittleRoom()
        let quick = try world.ann.connect()
        // Some five megabytes, of which one at most waits in the server.
        let ids = try world.flood(300, heardBy: quick)
        let heard = try Self.created(slow, through: ids[299])
        #expect(heard.compactMap { $0.data["id"].int } == ids)
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $0.seq == $1.prev })
        let next = try world.ann.say("next", in: world.chat)
        #expect(try Self.created(slow, through: next).count == 1)
    }

    @Test func `a reply waits with the events that a client has not taken`() throws {
        let world = try World()
        let slow = try world.connectWithLittleRoom()
        let ids = try world.flood(200)
        try slow.send(["id": "late", "do": "page", "chat_id": JSON(world.chat), "limit": 1])
        var heard: [Int64] = []
        while true {
            let frame = try JSON(parsing: slow.nextFrame().payload)
            if frame["reply"] == "late" {
                #expect(frame["body"]["messages"][0]["id"].int == ids.last)
                break
            }
            if frame["event"] == "message.created" { heard.append(frame["data"]["id"].int ?? 0) }
        }
        #expect(heard == ids)
    }

    @Test func `who falls behind by more than is remembered is let go`() throws {
        let server = try ServerProcess.small(["--no-limits", "--resume-events", "20"])
        let ann = try Person("Ann", on: server)
        let bob = try Person("Bob", on: server)
        let chat = try ann.makeGroup(with: [bob])
        let slow = try WebSocketClient(
            server,
            path: "/ws?token=\(bob.accessToken)",
            receiveBytes: 4096
        )
        #expect(try slow.next().name == "hello")
        let text = String(repeating: "x", count: 16_000)
        for _ in 0..<400 { try ann.say(text, in: chat) }
        let code = try slow.closeCode()
        // The close frame is behind everything else, and 5 seconds are all that it is given.
        #expect(code == 4008 || code == 1006)
    }

    @Test func `who takes nothing is let go, and the others go on`() throws {
        let world = try World(environment: [
            "NODUS_LIMIT_SOCKETS_PER_USER": "1", "NODUS_LIMIT_SENDS": "0",
            "NODUS_LIMIT_CHAT_SENDS": "0",
        ])
        let slow = try world.connectWithLittleRoom()
        let quick = try world.ann.connect()
        _ = try world.flood(300, heardBy: quick)
        // His place is taken until the server gives him up, after ten to twenty seconds.
        let deadline = ContinuousClock.now + .seconds(60)
        var isFree = false
        while !isFree, ContinuousClock.now < deadline {
            let socket = try WebSocketClient(world.bob.server, token: world.bob.accessToken)
            do {
                isFree = try socket.next().name == "hello"
            } catch let closed as SocketClosed {
                #expect(closed.code == 4009)
            }
            let next = try world.ann.say("meanwhile", in: world.chat)
            #expect(try Self.created(quick, through: next).count == 1)
        }
        #expect(isFree)
        withExtendedLifetime(slow) {}
    }

    @Test func `two hundred that never read take little and miss nothing`() throws {
        let world = try World(environment: [
            "NODUS_LIMIT_SOCKETS_PER_USER": "0", "NODUS_LIMIT_SOCKETS_PER_ADDRESS": "0",
            "NODUS_LIMIT_SENDS": "0", "NODUS_LIMIT_CHAT_SENDS": "0",
        ])
        let server = world.ann.server
        let hello = try WebSocketClient(server, token: world.bob.accessToken).next().data
        guard let seq = hello["seq"].int, let epoch = hello["epoch"].string else {
            throw WaitError.malformed("hello: \(hello)")
        }
        let slow = try (0..<200).map { _ in try world.connectWithLittleRoom() }
        let quick = try world.ann.connect()
        let memory = try Machine.residentMebibytes(of: server.processID)
        let ids = try world.flood(200, heardBy: quick)
        let growth = try Machine.residentMebibytes(of: server.processID) - memory
        #expect(growth < 64)
        for socket in slow { socket.drop() }
        for _ in 0..<20 {
            let socket = try world.connectWithLittleRoom("&since=\(seq)&epoch=\(epoch)")
            let heard = try Self.created(socket, through: ids[199])
            #expect(heard.compactMap { $0.data["id"].int } == ids)
        }
        print("200 slow readers: +\(growth) MiB")
    }
}
