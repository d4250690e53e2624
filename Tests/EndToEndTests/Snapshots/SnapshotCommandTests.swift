import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct SnapshotCommandTests {
    private let world: SnapshotWorld

    init() throws {
        self.world = try SnapshotWorld()
        try self.world.live(through: 1)
    }

    private func run(_ arguments: String...) throws -> ServerProcess.Outcome {
        try ServerProcess.run(["snapshot"] + arguments)
    }

    @Test func `a running server takes one when it is asked, and it can be looked at`() throws {
        let path = try self.world.takeSnapshot()
        #expect(self.world.snapshots == [path])
        let list = try self.run("list", "--snapshot-dir", self.world.server.snapshotFolder)
        #expect(list.status == 0)
        #expect(list.output.contains("3 accounts, 2 chats"))
        let show = try self.run("show", path)
        #expect(show.status == 0)
        #expect(show.output.contains("messages   5 in memory"), "\(show.output)")
        let verify = try self.run("verify", path)
        #expect(verify.status == 0)
        #expect(verify.output.contains("is whole"))
        // With nothing new it is taken all the same: somebody asked.
        #expect(try self.world.takeSnapshot() == path)
    }

    @Test func `without a server one is taken of what the folders hold`() throws {
        let before = try self.world.picture()
        try self.world.server.kill()
        let path = try self.world.takeSnapshot()
        #expect(try self.run("verify", path).status == 0)
        try self.world.server.restart()
        #expect(try self.world.picture() == before)
        #expect(self.world.logHas("a snapshot has been restored"))
    }

    @Test func `a file that is no snapshot, or not whole, is told with its place`() throws {
        let path = try self.world.takeSnapshot()
        try SnapshotWorld.damage(path)
        let verify = try self.run("verify", path)
        #expect(verify.status == 1)
        #expect(verify.errorOutput.contains("\(path) is damaged at byte "))
        for command in ["show", "verify"] {
            let missing = try self.run(command, "\(path).missing")
            #expect(missing.status == 1)
            #expect(missing.errorOutput.contains("No such file"))
            let other = try self.run(command, ServerProcess.program("nodus"))
            #expect(other.errorOutput.contains("it is no snapshot"))
        }
        let list = try self.run("list", "--snapshot-dir", "\(path).missing")
        #expect(list.status == 1)
    }

    @Test func `where there is no journal none is taken, and nothing is made`() throws {
        let folder = try ThrowawayFolder()
        let outcome = try ServerProcess.run(
            ["snapshot", "take", "--data-dir", "\(folder.path)/data"]
                + ["--snapshot-dir", folder.path]
        )
        #expect(outcome.status == 1)
        #expect(outcome.errorOutput.contains("There is no journal in"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/data"))
    }
}
