import TestSupport
import Testing

/// Each on a server of its own, where the limit can be met with few commands.
@Suite(.blocking) struct CommandLimitTests {
    private func person(_ environment: [String: String]) throws -> Person {
        try Person("Ann", on: ServerProcess.small([], environment: environment))
    }

    @Test func `sends have the limits of sends, and no other`() throws {
        let ann = try self.person([
            "NODUS_LIMIT_SENDS": "0.01", "NODUS_LIMIT_SENDS_BURST": "20",
            "NODUS_LIMIT_SOCKET_MESSAGES": "0.6", "NODUS_LIMIT_SOCKET_MESSAGES_BURST": "2",
        ])
        let socket = try ann.connect()
        let fields: [String: JSON] = [
            "chat_id": JSON(try ann.makeGroup()), "type": "text", "content": "x",
        ]
        for _ in 0..<20 { #expect(try socket.ask("send", fields).status == 201) }
        for _ in 0..<100 {
            let reply = try socket.ask("send", fields)
            #expect(reply.status == 429, "\(reply)")
            #expect(reply.body == ["detail": "Too many requests"])
            #expect((1...100).contains(reply.retryAfter ?? 0), "\(reply)")
        }
        expect(try ann.post("/messages", .object(fields)), 429)
        #expect(try socket.ask("heartbeat").status == 204, "its own limit is untouched")
    }

    @Test func `sends are limited for each chat`() throws {
        let ann = try self.person([
            "NODUS_LIMIT_CHAT_SENDS": "0.01", "NODUS_LIMIT_CHAT_SENDS_BURST": "2",
        ])
        let socket = try ann.connect()
        let fields: [String: JSON] = ["chat_id": JSON(try ann.makeGroup()), "type": "text"]
        for _ in 0..<2 { #expect(try socket.ask("send", fields).status == 201) }
        let reply = try socket.ask("send", fields)
        #expect(reply.status == 429, "\(reply)")
        #expect((1...100).contains(reply.retryAfter ?? 0), "\(reply)")
    }

    @Test(arguments: ["heartbeat", "page", "nonsense"])
    func `a flood is told to wait, and then cut off`(command: String) throws {
        let ann = try self.person([
            "NODUS_LIMIT_SOCKET_MESSAGES": "0.6", "NODUS_LIMIT_SOCKET_MESSAGES_BURST": "5",
        ])
        let socket = try ann.connect()
        let frames = (0..<200).map { number in
            let command = WebSocketClient.command(command, [:], id: JSON(number))
            return WebSocketFrame(.text, command.bytes).bytes
        }
        try socket.send(bytes: Array(frames.joined()))
        var replies: [SocketReply] = []
        let closed = #expect(throws: SocketClosed.self) {
            while true { replies.append(try socket.reply()) }
        }
        #expect(closed?.code == 4010)
        #expect(replies.map(\.id) == (0..<37).map { JSON($0) })
        #expect(replies.prefix(5).allSatisfy { $0.status != 429 })
        for reply in replies.dropFirst(5) {
            #expect(reply.status == 429, "\(reply)")
            #expect((1...100).contains(reply.retryAfter ?? 0), "\(reply)")
        }
    }

    @Test func `what is no command counts as one`() throws {
        let ann = try self.person([
            "NODUS_LIMIT_SOCKET_MESSAGES": "0.6", "NODUS_LIMIT_SOCKET_MESSAGES_BURST": "5",
        ])
        let socket = try ann.connect()
        // What is sent after the connection has ended fails.
        for _ in 0..<60 { try? socket.send(WebSocketFrame(.text, "{")) }
        #expect(try socket.closeCode() == 4010)
    }
}
