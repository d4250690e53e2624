import Foundation
import Synchronization
import TestSupport
import Testing

@Suite(.blocking) struct BackupTests {
    private let world: SnapshotWorld
    private let folder: ThrowawayFolder

    init() throws {
        self.world = try SnapshotWorld()
        self.folder = try ThrowawayFolder()
        try self.world.fillSegments()
        try self.world.live(through: 1)
    }

    private var places: [String] {
        ["--data-dir", self.world.server.dataFolder]
            + ["--snapshot-dir", self.world.server.snapshotFolder]
    }

    private var backup: String { "\(self.folder.path)/backup" }

    /// Into a folder whose server is then started.
    private func restored() throws -> ServerProcess {
        let folder = try ThrowawayFolder()
        let outcome = try ServerProcess.run(
            ["restore", self.backup, "--data-dir", "\(folder.path)/data"]
                + ["--snapshot-dir", "\(folder.path)/snapshots"]
        )
        #expect(outcome.status == 0, "\(outcome)")
        return try ServerProcess(SnapshotWorld.options, in: folder)
    }

    @Test func `a backup beside a running server is restored as a history of its own`() throws {
        _ = try self.world.takeSnapshot()
        try self.world.live(through: 2)
        let before = try self.world.picture()
        let outcome = try ServerProcess.run(["backup", self.backup] + self.places)
        #expect(outcome.status == 0, "\(outcome)")
        let server = try self.restored()
        #expect(try SnapshotWorld(self.world, on: server).picture() == before)
        let epochs = try [self.world.server, server].map { server in
            try WebSocketClient(server, token: self.world.ann.accessToken).next().data["epoch"]
        }
        #expect(epochs[0] != epochs[1])
        // It is a server like any other.
        let other = SnapshotWorld(self.world, on: server)
        try other.live(through: 3)
        let after = try other.picture()
        try server.kill()
        try server.restart()
        #expect(try other.picture() == after)
        #expect(try server.stop() == 0)
        let report = try ServerProcess.run(["verify", "--data-dir", server.dataFolder])
        #expect(report.status == 0, "\(report)")
    }

    @Test func `what was acknowledged before the backup began is in it, whatever went on`() throws {
        let isOver = Atomic(false)
        let count = Atomic(0)
        let (ann, chat) = (self.world.ann.credentials, self.world.group)
        let traffic = CrashThreads()
        traffic.startWriter {
            let ann = Person(ann)
            while !isOver.load(ordering: .relaxed) {
                let text = "number \(count.load(ordering: .relaxed) + 1)"
                try ann.say(text, in: chat)
                count.add(1, ordering: .relaxed)
            }
        }
        defer { isOver.store(true, ordering: .relaxed) }
        try waitUntil("traffic") { count.load(ordering: .relaxed) > 50 }
        for round in 1...3 {
            let acknowledged = count.load(ordering: .relaxed)
            let target = self.backup
            let outcome = try ServerProcess.run(["backup", target] + self.places)
            #expect(outcome.status == 0, "\(outcome)")
            let server = try self.restored()
            let page = try SnapshotWorld(self.world, on: server).ann.page(of: chat, limit: 1)
            let newest = Int(page[0]["content"].string?.split(separator: " ").last ?? "") ?? 0
            #expect(newest >= acknowledged, "round \(round)")
            try FileManager.default.removeItem(atPath: target)
        }
        isOver.store(true, ordering: .relaxed)
        traffic.wait()
        try traffic.check()
    }

    @Test func `nothing is written over`() throws {
        let first = try ServerProcess.run(["backup", self.backup] + self.places)
        #expect(first.status == 0)
        let again = try ServerProcess.run(["backup", self.backup] + self.places)
        #expect(again.status == 1)
        #expect(again.errorOutput.contains("File exists"), "\(again.errorOutput)")
        let onto = try ServerProcess.run(["restore", self.backup] + self.places)
        #expect(onto.status == 1)
        #expect(onto.errorOutput.contains("is not empty"), "\(onto.errorOutput)")
        let other = try ServerProcess.run(
            ["restore", self.folder.path, "--data-dir", "\(self.folder.path)/d"]
                + ["--snapshot-dir", "\(self.folder.path)/s"]
        )
        #expect(other.status == 1)
        #expect(other.errorOutput.contains("is no backup"), "\(other.errorOutput)")
        #expect(!FileManager.default.fileExists(atPath: "\(self.folder.path)/d"))
    }
}
