import Foundation
import TestSupport
import Testing

/// `nodus journal …` on what the real server left.
@Suite(.blocking) struct JournalCommandTests {
    private static let batchMagic: [UInt8] = [0xff, 0x4e, 0x44, 0x42, 0xc0, 0x0d, 0x0a, 0xf5]

    /// A server that was stopped, and the chat that has five messages.
    private static func stopped() throws -> (server: ServerProcess, chat: Int64) {
        let server = try ServerProcess.small()
        let ann = try Person("Ann", on: server)
        let chat = try ann.makeGroup()
        for number in 1...5 { _ = try ann.say("message \(number)", in: chat, key: "key-\(number)") }
        try server.waitForDatabase()
        try server.stop()
        return (server, chat)
    }

    private func run(
        _ words: String...,
        on server: ServerProcess,
        status: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ServerProcess.Outcome {
        let outcome = try ServerProcess.run(
            ["journal"] + words + ["--data-dir", server.dataFolder]
        )
        #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
        return outcome
    }

    private static func segment(of server: ServerProcess) -> String {
        "\(server.dataFolder)/journal/journal-00000000000000000001.log"
    }

    /// Changes a byte of the batch that has so many before it: of its header, or of its body.
    private static func damage(
        _ server: ServerProcess,
        batch: Int,
        isInBody: Bool = false
    ) throws {
        let url = URL(filePath: Self.segment(of: server))
        var bytes = [UInt8](try Data(contentsOf: url))
        let starts = stride(from: 0, to: bytes.count - 8, by: 8).filter {
            bytes[$0..<$0 + 8].elementsEqual(Self.batchMagic)
        }
        bytes[try #require(starts.dropFirst(batch).first) + (isInBody ? 60 : 20)] ^= 1
        try Data(bytes).write(to: url)
    }

    @Test func `a journal is listed and checked beside its server and without it`() throws {
        let server = try ServerProcess.small()
        let ann = try Person("Ann", on: server)
        _ = try ann.makeGroup()
        #expect(try self.run("list", on: server).output.contains("open at byte"))
        let live = try self.run("verify", on: server).output
        #expect(live.hasPrefix("Read 1 segments"))
        #expect(live.contains("A server is using it"))
        let refused = try self.run("dump", on: server, status: 1)
        #expect(refused.errorOutput.contains("in use by process \(server.processID)"))
        #expect(try self.run("repair", on: server, status: 1).output.isEmpty)
        try server.kill()
        #expect(try self.run("verify", on: server).output.contains("It was not closed"))
        try server.restart()
        try server.stop()
        let list = try self.run("list", on: server).output
        #expect(list.contains("sealed"))
        #expect(list.contains("reserve: "))
        #expect(try self.run("verify", on: server).output.split(separator: "\n").count == 1)
    }

    @Test func `events are printed as JSON, without what is secret`() throws {
        let (server, chat) = try Self.stopped()
        let all = try self.run("dump", on: server).output.split(separator: "\n")
        let objects = try all.map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(value as? [String: Any])
        }
        let positions = objects.compactMap { $0["position"] as? Int }
        #expect(positions == Array(1...all.count))
        #expect(!all.contains { $0.contains("argon2") || $0.contains("key-1") })
        let sent = objects.filter { $0["kind"] as? String == "message_sent" }
        let texts = sent.compactMap { ($0["message"] as? [String: Any])?["content"] as? String }
        #expect(texts == (1...5).map { "message \($0)" })
        let ofChat = try self.run("dump", "--chat", "\(chat)", on: server).output
        #expect(ofChat.split(separator: "\n").count == 6)
        let part = try self.run("dump", "--from", "2", "--through", "3", on: server).output
        #expect(part.split(separator: "\n") == Array(all[1...2]))
    }

    @Test func `damage is named by all, and repaired when that is wanted`() throws {
        let (server, _) = try Self.stopped()
        let path = Self.segment(of: server)
        #expect(try self.run("repair", on: server).output == "There is nothing to repair.\n")
        let all = try self.run("dump", on: server).output.split(separator: "\n")
        try Self.damage(server, batch: 3)
        let found = try self.run("verify", on: server, status: 1).output
        for word in ["\(path) is damaged at byte ", "nodus journal repair"] {
            #expect(found.contains(word), "\(found)")
        }
        let number = try #require(found.firstMatch(of: /, position ([0-9]+):/)?.output.1)
        let keptCount = try #require(Int(number)) - 1
        #expect(3..<all.count ~= keptCount)
        let dump = try self.run("dump", on: server, status: 1)
        #expect(dump.output.split(separator: "\n") == Array(all.prefix(keptCount)))
        let start =
            ["serve", "--port", "0", "--data-dir", server.dataFolder]
            + ["--snapshot-dir", server.snapshotFolder]
        let refused = try ServerProcess.run(start)
        #expect(refused.status == 1)
        for word in ["is damaged at byte ", "nodus journal verify", "nodus journal repair"] {
            #expect(refused.errorOutput.contains(word), "\(refused.errorOutput)")
        }

        let before = try Data(contentsOf: URL(filePath: path))
        let asked = try self.run("repair", on: server, status: 2).output
        #expect(asked.contains("--yes"))
        #expect(asked.contains("Dropped from position \(keptCount + 1) on: "))
        #expect(asked.contains(" whole batches with "))
        #expect(asked.contains("Stays: positions 1 to \(keptCount)."))
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        let done = try self.run("repair", "--yes", on: server).output
        #expect(done.contains("Moved aside: \(path).damaged\n"))
        #expect(done.contains("The journal is repaired."))
        #expect(try Data(contentsOf: URL(filePath: path + ".damaged")) == before)
        let left = try self.run("dump", on: server).output.split(separator: "\n")
        #expect(left == Array(all.prefix(keptCount)))
        #expect(try self.run("repair", on: server).output == "There is nothing to repair.\n")
        #expect(try self.run("list", on: server).output.contains("moved aside by a repair: "))

        // The snapshot and the database have got beyond it, as was told.
        let newer = try ServerProcess.run(start)
        #expect(newer.status == 1)
        #expect(newer.errorOutput.contains("the data folder is an older copy"))
        try FileManager.default.removeItem(atPath: server.snapshotFolder)
        let behind = try ServerProcess.run(start)
        #expect(behind.status == 1)
        #expect(behind.errorOutput.contains("the folder is an older copy"))
        for name in ["history.sqlite", "history.sqlite-wal", "history.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: "\(server.dataFolder)/\(name)")
        }
        try server.restart()
        expect(try HTTPClient(server).send("GET", "/health"), 200)
        try server.stop()
    }

    @Test func `damage in what the snapshot and the database have costs nothing`() throws {
        let server = try ServerProcess.small()
        let ann = try Person("Ann", on: server)
        let chat = try ann.makeGroup()
        for number in 1...5 { _ = try ann.say("message \(number)", in: chat) }
        let page = try ann.page(of: chat)
        try server.waitForDatabase()
        try server.stop()
        let count = try self.run("dump", on: server).output.split(separator: "\n").count
        func run(_ words: String..., status: Int32 = 0) throws -> String {
            let folders = [
                "--data-dir", server.dataFolder, "--snapshot-dir", server.snapshotFolder,
            ]
            let outcome = try ServerProcess.run(words + folders)
            #expect(outcome.status == status, "\(outcome)")
            return outcome.output
        }

        // In a body: a start looks at none of it.
        try Self.damage(server, batch: 3, isInBody: true)
        let enough = try run("journal", "verify")
        #expect(enough.contains("is damaged at byte "))
        #expect(enough.contains("has everything through position \(count)."))
        #expect(enough.contains("a start needs nothing of what is damaged"))
        try server.restart()
        #expect(try ann.page(of: chat) == page)
        try server.stop()

        // In the segment's header: a start cannot find its way.
        let url = URL(filePath: Self.segment(of: server))
        var bytes = try Data(contentsOf: url)
        bytes[20] ^= 1
        try bytes.write(to: url)
        #expect(try run("journal", "verify", status: 1).contains("nodus journal repair"))
        #expect(try run("serve", "--port", "0", status: 1).isEmpty)
        let done = try run("journal", "repair", "--yes")
        #expect(done.contains("Nothing is lost by that."), "\(done)")
        #expect(done.contains("Stays: no event; position \(count + 1) is to come."), "\(done)")
        #expect(done.contains("The journal is repaired."))
        #expect(try run("journal", "verify").hasPrefix("Read "))
        try server.restart()
        #expect(try ann.page(of: chat) == page)
        _ = try ann.say("message 6", in: chat)
        try server.stop()
        #expect(try run("verify").contains("differences: 0"))
    }

    @Test func `where there is no journal that is said, and none is made`() throws {
        let folder = try ThrowawayFolder()
        for command in ["list", "verify", "dump", "repair"] {
            let outcome = try ServerProcess.run(
                ["journal", command],
                environment: ["NODUS_DATA_DIR": "\(folder.path)/none"]
            )
            #expect(outcome.status == 1)
            #expect(outcome.errorOutput.contains("\(folder.path)/none/journal"))
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/none"))
    }
}
