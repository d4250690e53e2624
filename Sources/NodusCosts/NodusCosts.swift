import Glibc
import Shards

/// Does a piece of the server's work so many times, one after the other, and ends: what it takes is
/// counted from outside, by callgrind or by a counter of allocations.
///
/// Whoever counts runs it with two numbers and divides the difference, so that starting and ending
/// are not in it. It is synchronous because callgrind cannot follow an asynchronous `main`.
@main enum NodusCosts {
    private static let usage = """
        usage: nodus-costs pages FOLDER COUNT
               nodus-costs sends FOLDER COUNT SOCKETS
               nodus-costs journal FOLDER COUNT
               nodus-costs replay FOLDER
        FOLDER is the journal's; but for replay, it is made.

        """

    static func main() throws {
        let words = CommandLine.arguments.dropFirst().map { $0 }
        switch (words.first, words.count) {
        case ("pages", 3):
            let server = try CostServer(journal: words[1])
            try Self.pages(self.count(words[2]), of: server)
            try server.stop()
        case ("sends", 4):
            let server = try CostServer(journal: words[1])
            try Self.sends(self.count(words[2]), heardBy: self.count(words[3]), of: server)
            try server.stop()
        case ("journal", 3): try ReplayCost.write(self.count(words[2]), in: words[1])
        case ("replay", 2): print(try ReplayCost.replay(words[1]))
        default: Self.refuse()
        }
    }

    private static func count(_ word: String) -> Int {
        guard let count = Int(word), count >= 0 else { Self.refuse() }
        return count
    }

    private static func refuse() -> Never {
        _ = Self.usage.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        exit(EX_USAGE)
    }

    /// Of 50 messages, from memory.
    private static func pages(_ count: Int, of server: CostServer) throws {
        let client = try BlockingClient(port: server.port)
        let send = server.request("POST /api/v1/messages", body: server.message)
        for _ in 0..<60 { try client.exchange(send, status: 201) }
        let page = server.request("GET /api/v1/messages?chat_id=\(server.chat.rawValue)&limit=50")
        for _ in 0..<count { try client.exchange(page, status: 200) }
    }

    /// Each is durable, answered, and read by all sockets before the next.
    private static func sends(
        _ count: Int,
        heardBy socketCount: Int,
        of server: CostServer
    ) throws {
        let client = try BlockingClient(port: server.port)
        let upgrade = server.request("GET /ws", isUpgrade: true)
        let sockets = try (0..<socketCount).map { _ in
            let socket = try BlockingClient(port: server.port)
            try socket.exchange(upgrade, status: 101)
            try socket.skipFrames(through: "hello")
            return socket
        }
        let send = server.request("POST /api/v1/messages", body: server.message)
        for _ in 0..<count {
            try client.exchange(send, status: 201)
            for socket in sockets { try socket.skipFrames(through: "message.created") }
        }
    }
}
