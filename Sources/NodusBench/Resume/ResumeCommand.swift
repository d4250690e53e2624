import ArgumentParser

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract:
            "Cuts sockets while messages pour in, and checks what they get when they are back.",
        discussion: """
            First all sockets are reset at once and come back at once, as often as --storms says; then \
            some are reset at every beat. Each comes back with the cursor and the epoch that it had. \
            Every socket must get every message of its chats once and in order; what the server \
            answers with a resync is counted apart. Start the server without limits. Prints one \
            line for people and one JSON object.
            """
    )

    @Option(help: "The server, like http://127.0.0.1:8000.")
    var to: ServerURL

    @Option(help: "Sockets, over all people.")
    var sockets = 2000

    @Option(help: "People whose sockets these are.")
    var people = 100

    @Option(help: "Chats; each person is in three of them, or in all.")
    var chats = 20

    @Option(help: "Messages a second, over all chats.")
    var pace = 200

    @Option(help: "How often all are cut at once.")
    var storms = 3

    @Option(help: "Seconds during which some are cut at random.")
    var churn = 10

    @Option(help: "With --churn: the share of all sockets that is cut every 50 ms.")
    var share = 0.02

    func validate() throws {
        guard 1...19_000 ~= self.sockets, 2...10_000 ~= self.people, 1...1000 ~= self.chats,
            1...10_000 ~= self.pace, 0...1000 ~= self.storms, 0...3600 ~= self.churn,
            0...1 ~= self.share
        else { throw ValidationError("An option is out of range.") }
    }

    func run() throws {
        let run = try self.prepared()
        try run.open()
        run.startSending()
        try run.turn(for: .seconds(1))
        var storms: [(greeted: Double, steady: Double)] = []
        for _ in 0..<self.storms {
            storms.append(try run.cutAll())
            try run.turn(for: .seconds(1))
        }
        if self.churn > 0 {
            try run.cutAtRandom(
                self.share,
                every: .milliseconds(50),
                for: .seconds(self.churn)
            )
        }
        try run.stopSending()
        try run.waitForAll()
        let result = ResumeResult(run, people: self.people, chats: self.chats, storms: storms)
        print(result.line)
        print(JSONLine.text(of: result))
    }

    private func prepared() throws -> ResumeRun {
        let driver = Driver(server: self.to, connections: 8, patience: .seconds(30))
        let people = try People(self.people, with: driver)
        let chats = try (0..<self.chats).map { chat in
            try people.makeChat(of: (0..<self.people).filter { self.isIn(chat, $0) })
        }
        let readers = (0..<self.sockets).map { index in
            let person = index % self.people
            return ResumeReader(
                person: person,
                chats: (0..<self.chats).filter { self.isIn($0, person) }
            )
        }
        return ResumeRun(
            on: try Streams(to: self.to),
            people: try (0..<self.people).map { try people.token(of: $0) },
            chats: chats,
            readers: readers,
            perSecond: self.pace
        )
    }

    /// The first person writes, so he is in all.
    private func isIn(_ chat: Int, _ person: Int) -> Bool {
        person == 0 || (chat + self.chats - person % self.chats) % self.chats < 3
    }
}
