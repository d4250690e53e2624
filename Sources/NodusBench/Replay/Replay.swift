/// The three parts of a replay: people, chats, and then, with the clock running, what they wrote.
struct Replay {
    private let corpus: Corpus
    private let driver: Driver
    private let tally: ReplayTally

    /// Whose token has less left when the clock starts gets a new one before.
    private static let tokenLifeMin = Duration.seconds(450)

    init(_ corpus: Corpus, with driver: Driver, tally: ReplayTally) {
        self.corpus = corpus
        self.driver = driver
        self.tally = tally
    }

    /// Opens the chats and plays them. Everybody has to be enrolled.
    func run() throws -> ReplayResult {
        let chats = try self.openChats()
        try self.renewTokens(of: self.people)
        return try self.play(chats)
    }

    private var people: [Int] {
        self.corpus.chats.reduce(into: Set<Int>()) { people, log in
            people.formUnion(Script.people(of: log))
        }
        .sorted()
    }

    /// Gives everybody an account, or signs them in.
    func enrol() throws {
        let people = self.people
        let progress = ProgressLine("people", total: people.count)
        var doneCount = 0
        self.driver.onTick = { progress.show(doneCount) }
        var waiting = people[...]
        try self.driver.run {
            guard let person = waiting.popFirst() else { return nil }
            let sessions = self.tally.sessions
            let isKnown = sessions.refreshToken(of: person) != nil
            return Enrolment(person, in: sessions, isKnown: isKnown) { doneCount += 1 }
        }
        progress.finish(doneCount)
    }

    private func openChats() throws -> [ChatOpening.Opened] {
        let progress = ProgressLine("chats", total: self.corpus.chats.count)
        var opened: [ChatOpening.Opened] = []
        self.driver.onTick = { progress.show(opened.count) }
        try self.driver.run(
            self.corpus.chats.compactMap { log in
                ChatOpening(log, in: self.tally.sessions) { opened.append($0) }
            }
        )
        progress.finish(opened.count)
        return opened
    }

    private func renewTokens(of people: [Int]) throws {
        let now = ContinuousClock.now
        for person in people {
            self.tally.sessions.expire(person, unlessGoodFor: Self.tokenLifeMin, at: now)
        }
        self.driver.onTick = {}
        var waiting = people[...]
        try self.driver.run {
            waiting.popFirst().map { Renewal(of: $0, in: self.tally.sessions) }
        }
    }

    /// The longest chats first, so that none is left alone at the end.
    private func play(_ chats: [ChatOpening.Opened]) throws -> ReplayResult {
        let foundCount = chats.reduce(0) { $0 + $1.ids.count }
        let total = self.corpus.messageCount - foundCount
        let replays =
            chats
            .sorted { $0.log.messages.count - $0.ids.count > $1.log.messages.count - $1.ids.count }
            .map { ChatReplay($0, tally: self.tally) }
        let progress = ProgressLine("messages", total: total)
        self.driver.onTick = {
            progress.show(self.tally.ackedCount)
            self.tally.history?.flush()
        }
        let retriedBefore = (self.driver.reconnectCount, self.driver.deferredCount)
        let processorBefore = CPUTime.ofThisProcess()
        let start = ContinuousClock.now
        defer { progress.finish(self.tally.ackedCount) }
        try self.driver.run(replays)
        let wall = (ContinuousClock.now - start) / .seconds(1)
        let processor = CPUTime.ofThisProcess() - processorBefore
        let percentiles = self.tally.latencies.percentiles([50, 99])
        return ReplayResult(
            messages: self.corpus.messageCount,
            found: foundCount,
            acked: self.tally.ackedCount,
            refused: self.tally.refusalCount,
            memberships: self.tally.changedMembershipCount,
            seconds: wall,
            p50: percentiles[0],
            p99: percentiles[1],
            clientCPU: processor / max(wall, 1e-9),
            reconnects: self.driver.reconnectCount - retriedBefore.0,
            deferred: self.driver.deferredCount - retriedBefore.1
        )
    }
}
