import ArgumentParser
import CScheduler

struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measures how many pages a server gives, or messages it takes, at what cost.",
        discussion: """
            page, send and react: registers one person, makes his chats, and fills the one that is \
            paged with 60 messages of about 280 bytes of JSON; a reaction is put to a message and \
            taken back in turn. typing: as many pairs of people as --connections, each with a \
            socket; one types or stops, and it is measured when the other hears of it. Start the \
            server without limits. raw: asks any HTTP server for the paths that are given. Prints \
            one line for people and one JSON object.
            """
    )

    @OptionGroup var driver: DriverOptions

    @Option(help: "page, send, react, typing or raw.")
    var kind: LoadKind

    @Option(help: "With send: http, or socket, where --pipeline commands are under way on each.")
    var over = SendTransport.http

    @Option(
        help: """
            Requests a second, over all connections, whatever the answers do: latencies count from \
            when a request was due. (default: each connection asks when it has been answered)
            """
    )
    var rate: Int?

    @Option(help: "Seconds that are measured.")
    var seconds = 10

    @Option(help: "Seconds before them that are not.")
    var warmUp = 1

    @Option(help: "Chats that messages are sent to.")
    var chats = 16

    @Option(
        name: .customLong("path"),
        help: "With raw: what is asked for, and answered with 200. May be repeated."
    )
    var paths: [String] = []

    @Option(
        name: .customLong("header"),
        help: "With raw: a header field of each request, 'Name: value'. May be repeated."
    )
    var headers: [String] = []

    @Option(
        name: .customLong("server-pid"),
        help: "A process of the server, to read its processor time. May be repeated."
    )
    var serverPids: [Int] = []

    func validate() throws {
        guard self.seconds > 0, self.warmUp >= 0, self.chats > 0 else {
            throw ValidationError("--seconds and --chats are at least 1.")
        }
        guard self.paths.isEmpty == (self.kind != .raw) else {
            throw ValidationError("--path goes with --kind raw.")
        }
        guard self.over == .http || (self.kind == .send && self.rate == nil) else {
            throw ValidationError("--over socket goes with --kind send, and without --rate.")
        }
        guard 1...1_000_000 ~= self.rate ?? 1 else {
            throw ValidationError("--rate is 1 to 1000000.")
        }
    }

    func run() throws {
        // Works for some microseconds at a time, and is to ask when a request is due.
        nodus_set_time_slice(100_000)
        let tally =
            switch (self.kind, self.over) {
            case (.typing, _): try self.runTyping()
            case (_, .http): try self.runOverHTTP()
            case (_, .socket): try self.runOverSockets()
            }
        guard
            let result = tally.result(
                kind: self.kind,
                connections: self.driver.connections,
                pipeline: self.driver.pipeline
            )
        else { throw Failure("nothing was answered while the clock ran") }
        print(result.line)
        print(result.json)
    }

    private func runOverHTTP() throws -> LoadTally {
        let driver = self.driver.driver()
        let requests = try self.requests(with: driver)
        let tally = self.tally()
        let count = self.driver.connections * self.driver.pipeline
        let start = ContinuousClock.now
        try driver.run(
            (0..<count).map { index in
                let schedule = self.rate.map {
                    Schedule(perSecond: $0, place: index, of: count, from: start)
                }
                return Repetition(
                    requests[index % requests.count],
                    tally: tally,
                    schedule: schedule
                )
            }
        )
        return tally
    }

    private func runOverSockets() throws -> LoadTally {
        let load = try SocketLoad(
            to: self.driver.to,
            count: self.driver.connections,
            depth: self.driver.pipeline
        )
        let tally = self.tally()
        try load.run(tally)
        return tally
    }

    private func runTyping() throws -> LoadTally {
        let load = try TypingLoad(
            to: self.driver.to,
            pairs: self.driver.connections,
            perSecond: self.rate
        )
        try load.open()
        let tally = self.tally()
        try load.run(tally)
        return tally
    }

    /// Its clock runs from now on.
    private func tally() -> LoadTally {
        LoadTally(
            warmUp: .seconds(self.warmUp),
            window: .seconds(self.seconds),
            servers: self.serverPids
        )
    }

    /// What the conversations ask, each one of them.
    private func requests(with driver: Driver) throws -> [[Repetition.Step]] {
        let made = LoadRequests(with: driver)
        let count = self.driver.connections * self.driver.pipeline
        return switch self.kind {
        case .page: try made.page().map { [$0] }
        case .send: try made.sends(chats: self.chats).map { [$0] }
        case .react: try made.reactions(to: count, chats: self.chats)
        case .raw: LoadRequests.raw(paths: self.paths, headers: self.headers).map { [$0] }
        case .typing: preconditionFailure("typing has no requests")
        }
    }
}
