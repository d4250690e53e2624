import ArgumentParser
import Foundation
import Glibc

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Sends a log as its authors into a server, and has a second process verify it.",
        discussion: """
            Registers everyone first, outside of the measured rate (a password hash each). Then \
            plays every chat in the order of its log, many chats at once, one request at a time in \
            each. Start the server without limits. A run that was stopped goes on where it was \
            when it is started again on the same server. Exits with 1 where anything differs.
            """
    )

    @OptionGroup var corpus: CorpusOptions
    @OptionGroup var driver: DriverOptions

    @Option(help: "Add every invocation and answer to this file, as JSON lines.")
    var history: String?

    @Option(help: "Keep everybody's refresh token in this file, so that a later run need not hash.")
    var sessions: String?

    @Flag(inversion: .prefixedNo, help: "Verify in a second process at the end.")
    var verify = true

    func run() throws {
        let corpus = try self.corpus.read()
        let history = try self.history.map { try History(path: $0) }
        defer { history?.flush() }
        let sessions = Sessions(nicks: corpus.nicks)
        let file = self.sessions.map { SessionsFile(path: $0) }
        try file?.load(into: sessions)
        defer { file?.save(sessions) }
        let tally = ReplayTally(sessions: sessions, history: history)
        let replay = Replay(corpus, with: self.driver.driver(), tally: tally)
        try replay.enrol()
        file?.save(sessions)
        let result = try replay.run()
        print(result.line)
        print(result.json)
        for refusal in tally.refusals { print("refused: \(refusal)") }
        if self.verify { try self.verifyInSecondProcess() }
        if tally.refusalCount > 0 { throw ExitCode(1) }
    }

    private func verifyInSecondProcess() throws {
        let second = Process()
        second.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        second.arguments =
            ["verify"] + self.corpus.arguments
            + ["--to", self.driver.to.description, "--patience", String(self.driver.patience)]
        // What was printed comes before what the second process prints, in a pipe too.
        fflush(nil)
        try second.run()
        second.waitUntilExit()
        guard second.terminationStatus == 0 else { throw ExitCode(1) }
    }
}
