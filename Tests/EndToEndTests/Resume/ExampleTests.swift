import Foundation
import TestSupport
import Testing

/// The programs of `Examples`, as a user runs them.
@Suite(.blocking) struct ExampleTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Examples").path

    private func run(
        _ program: String,
        _ arguments: [String],
        in folder: String
    ) throws
        -> ChildProcess
    {
        try ChildProcess(
            "\(Self.folder)/\(program)",
            arguments,
            environment: ["PATH=/usr/bin:/bin"],
            folder: folder,
            errorFile: "\(folder)/example.log"
        )
    }

    @Test(arguments: ["131072", "5"])
    func `who follows misses nothing and is told nothing twice while the server is killed`(
        remembered: String
    ) throws {
        let folder = try ThrowawayFolder()
        let options = ["--no-limits", "--resume-events", remembered]
        let server = try ServerProcess.small(options)
        // It stays where it is.
        let port = "\(server.port)"
        let ann = try Person("Ann", on: server)
        let bob = try Person("Bob", on: server)
        let chats = try (0..<3).map { try ann.makeGroup("\($0)", with: [bob]) }
        try ann.say("before it follows", in: chats[0])
        let follower = try self.run(
            "follow.py",
            ["http://127.0.0.1:\(port)", bob.email, bob.password],
            in: folder.path
        )
        #expect(try follower.nextLine(timeout: .seconds(120)) == "following")
        var said: [Int64: [String]] = [:]
        for number in 0..<120 {
            let chat = chats[number % chats.count]
            let id = try ann.say("message \(number)", in: chat)
            said[chat, default: []].append("\(chat) \(id) message \(number)")
            guard number % 40 == 39 else { continue }
            if number == 79 { try server.stop() } else { try server.kill() }
            try server.restart(ServerProcess.smallSegments + options + ["--port", port])
        }
        var heard: [Int64: [String]] = [:]
        for _ in 0..<120 {
            let line = try follower.nextLine(timeout: .seconds(120))
            let chat = line.split(separator: " ").first.flatMap { Int64($0) }
            heard[try #require(chat), default: []].append(line)
        }
        #expect(heard == said)
    }
}
