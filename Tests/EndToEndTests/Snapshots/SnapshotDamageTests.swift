import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct SnapshotDamageTests {
    /// Two snapshots, the journal trimmed behind the older, and something after the newer.
    private static func trimmedWorld() throws -> SnapshotWorld {
        let world = try SnapshotWorld()
        try world.fillSegments()
        try world.live(through: 1)
        _ = try world.takeSnapshot()
        try world.fillSegments()
        try world.live(through: 2)
        try waitUntil("the journal is trimmed") {
            try world.ann.say("more", in: world.group)
            _ = try world.takeSnapshot()
            return world.segments.first?.hasSuffix("journal-00000000000000000001.log") != true
        }
        try world.live(through: 3)
        return world
    }

    @Test func `where the newest is damaged the one before and more of the journal do`() throws {
        let world = try Self.trimmedWorld()
        let before = try world.picture()
        try world.server.kill()
        try SnapshotWorld.damage(world.snapshots[0])
        try world.server.restart()
        #expect(try world.picture() == before)
        #expect(world.logHas("a snapshot cannot be used"))
        #expect(world.logHas(world.snapshots[0]))
    }

    @Test func `where all are damaged the database and the rest of the journal do`() throws {
        let world = try Self.trimmedWorld()
        let before = try world.picture()
        try world.server.kill()
        for path in world.snapshots { try SnapshotWorld.damage(path) }
        try world.server.restart()
        #expect(world.logHas("people will have to sign in again"))
        for person in [world.ann, world.bob, world.carl] {
            person.accessToken = try person.logIn().json["access_token"].string ?? ""
        }
        #expect(try world.picture() == before)
    }

    @Test func `a data folder that is older than the snapshot is refused`() throws {
        let world = try SnapshotWorld()
        try world.live(through: 1)
        try world.server.kill()
        let copy = "\(world.server.folder.path)/copy"
        try FileManager.default.copyItem(atPath: world.server.dataFolder, toPath: copy)
        try world.server.restart()
        try world.live(through: 2)
        _ = try world.takeSnapshot()
        try world.server.kill()
        try FileManager.default.removeItem(atPath: world.server.dataFolder)
        try FileManager.default.moveItem(atPath: copy, toPath: world.server.dataFolder)
        let failure = #expect(throws: ServerProcess.StartFailure.self) {
            try world.server.restart()
        }
        #expect(failure?.log.contains("is an older copy") == true, "\(failure?.log ?? "")")
    }

    @Test func `a journal that is lost is not made up for by an older database in silence`() throws
    {
        let world = try SnapshotWorld()
        try world.live(through: 1)
        try world.server.kill()
        let database = "\(world.server.dataFolder)/history.sqlite"
        let copy = "\(world.server.folder.path)/history"
        for end in ["", "-wal"] where FileManager.default.fileExists(atPath: database + end) {
            try FileManager.default.copyItem(atPath: database + end, toPath: copy + end)
        }
        try world.server.restart()
        try world.live(through: 2)
        #expect(try world.server.stop() == 0)
        for end in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: database + end)
            try? FileManager.default.moveItem(atPath: copy + end, toPath: database + end)
        }
        try FileManager.default.removeItem(atPath: "\(world.server.dataFolder)/journal")
        let failure = #expect(throws: ServerProcess.StartFailure.self) {
            try world.server.restart()
        }
        let words = "has events that the database has not"
        #expect(failure?.log.contains(words) == true, "\(failure?.log ?? "")")
        // Moved aside, as the message says, the start goes on from the database.
        for path in world.snapshots { try FileManager.default.removeItem(atPath: path) }
        try world.server.restart()
    }

    @Test func `a folder of snapshots belongs to one server at a time`() throws {
        let world = try SnapshotWorld()
        let outcome = try ServerProcess.run(
            ["serve", "--port", "0", "--data-dir", "\(world.server.folder.path)/other"]
                + ["--snapshot-dir", world.server.snapshotFolder]
        )
        #expect(outcome.status != 0)
        #expect(outcome.errorOutput.contains("in use by process \(world.server.processID)"))
    }
}
