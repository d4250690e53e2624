import Foundation
import Glibc
import TestSupport
import Testing

/// Whole chats, replayed by `nodus-bench` into a server that is killed in the middle.
@Suite(.blocking, .serialized)
struct ReplayTests {
    /// `<checkout>/Tests/EndToEndTests/Bench/…`
    private static let endToEnd = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let fixture = Self.endToEnd.appendingPathComponent("Fixtures/chats.jsonl").path
    private static let realChats = Self.endToEnd
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared/data/ubuntu-irc/events.jsonl.gz").path

    private static let sliceLineCount = 3000

    @Test(.timeLimit(.minutes(5)))
    func `chats come back whole from a server that is killed while they are replayed`() throws {
        try Self.replay(Self.fixture, in: ThrowawayFolder(), killingAfter: [100, 300])
    }

    @Test(.timeLimit(.minutes(10)))
    func `real chats come back whole from a server that is killed`() throws {
        guard FileManager.default.fileExists(atPath: Self.realChats) else {
            print("NOT RUN: the replay of real chats, because \(Self.realChats) is not there")
            return
        }
        let folder = try ThrowawayFolder()
        let slice = "\(folder.path)/slice.jsonl"
        let cut = "gzip -dc '\(Self.realChats)' | head -n \(Self.sliceLineCount) > \(slice)"
        let shell = try Self.start("/bin/sh", ["-c", cut], in: folder)
        #expect(try shell.waitForExit(timeout: .seconds(60)) == 0)
        try Self.replay(slice, in: folder, killingAfter: [500, 1200])
    }

    /// Kills the server each time that so many messages, or a few more, have been acknowledged.
    private static func replay(
        _ corpus: String,
        in folder: ThrowawayFolder,
        killingAfter counts: [Int]
    ) throws {
        let server = try ServerProcess.small(in: folder)
        let port = server.port
        let url = "http://127.0.0.1:\(port)"
        let samePort = ["--no-limits", "--journal-segment-bytes", "1048576", "--port", "\(port)"]
        let history = "\(server.folder.path)/history.jsonl"
        let replay = try Self.bench(
            ["replay", corpus, "--to", url, "--history", history, "--connections", "1"],
            in: server.folder
        )
        for count in counts {
            try Self.waitForAcknowledgements(count, in: history)
            server.signal(SIGKILL)
            #expect(try server.waitForExit() == 128 + SIGKILL)
            try server.restart(samePort)
        }
        // It ends with a verification in a process of its own.
        let status = try replay.waitForExit(timeout: .seconds(300))
        #expect(status == 0, "\(replay.printed)")
        #expect(replay.printed.contains(": 0 differences"))
        if replay.printed.contains("\"reconnects\":0,") {
            print("NOT RUN: a crash amid the replay of \(corpus), which was over before")
        }

        try server.kill()
        try server.restart(samePort)
        try Self.expect(0, ["verify", corpus, "--to", url], in: server)
        try Self.expect(0, ["check", "--to", url, history], in: server)
        let planted = ["verify", corpus, "--to", url, "--plant-difference", "77"]
        try Self.expect(1, planted, in: server)
    }

    private static func expect(
        _ status: Int32,
        _ arguments: [String],
        in server: ServerProcess
    ) throws {
        let process = try Self.bench(arguments, in: server.folder)
        let found = try process.waitForExit(timeout: .seconds(120))
        #expect(found == status, "\(arguments): \(process.printed)")
    }

    private static func bench(
        _ arguments: [String],
        in folder: ThrowawayFolder
    ) throws -> ChildProcess {
        try Self.start(ServerProcess.program("nodus-bench"), arguments, in: folder)
    }

    private static func start(
        _ path: String,
        _ arguments: [String],
        in folder: ThrowawayFolder
    ) throws -> ChildProcess {
        try ChildProcess(
            path,
            arguments,
            environment: ["PATH=/usr/bin:/bin"],
            folder: folder.path,
            errorFile: "\(folder.path)/bench.log"
        )
    }

    /// Follows the history that the replay writes about ten times a second.
    private static func waitForAcknowledgements(_ count: Int, in history: String) throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(120))
        while try Self.lines(of: history).count(where: Self.isAcknowledgedSend) < count {
            guard ContinuousClock.now < deadline else {
                throw WaitError.timedOut(waitingFor: "\(count) acknowledgements")
            }
            usleep(10_000)
        }
    }

    private static func isAcknowledgedSend(_ line: Substring) -> Bool {
        line.contains("\"op\":\"send\"") && line.contains("\"kind\":\"ok\"")
    }

    private static func lines(of path: String) throws -> [Substring] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
