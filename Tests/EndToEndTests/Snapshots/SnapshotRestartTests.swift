import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct SnapshotRestartTests {
    @Test func `after a crash the snapshot and the journal behind it show what was there`() throws {
        let world = try SnapshotWorld()
        try world.live(through: 1)
        _ = try world.takeSnapshot()
        try world.live(through: 2)
        let before = try world.picture()
        try world.server.kill()
        try world.server.restart()
        #expect(try world.picture() == before)
        #expect(world.logHas("a snapshot has been restored"))
        // And with another number of shards, from the same files.
        try world.server.kill()
        try world.server.restart(SnapshotWorld.options + ["--shards", "3"])
        #expect(try world.picture() == before)
    }

    @Test func `the end of a run leaves a snapshot, and the next start reads no event`() throws {
        let world = try SnapshotWorld()
        try world.live(through: 1)
        let before = try world.picture()
        #expect(try world.server.stop() == 0)
        #expect(world.snapshots.count == 1)
        try world.server.restart()
        #expect(try world.picture() == before)
        #expect(world.logHas("events=0 "))
    }

    @Test func `a request that came before the snapshot is not done twice after it`() throws {
        let world = try SnapshotWorld()
        let text: JSON = ["chat_id": JSON(world.group), "type": "text", "content": "once"]
        let group: JSON = ["title": "Once", "member_ids": []]
        let message = try world.ann.post("/messages", text, key: "m")
        let made = try world.ann.post("/chats", group, key: "c")
        _ = try world.takeSnapshot()
        try world.server.kill()
        try world.server.restart(SnapshotWorld.options + ["--shards", "3"])
        let again = try world.ann.post("/messages", text, key: "m")
        #expect(again.json == message.json)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(try world.ann.post("/chats", group, key: "c").json["id"] == made.json["id"])
        #expect(try world.ann.page(of: world.group).count == 1)
    }

    @Test func `sessions go on, those that ended stay ended, and ids go on`() throws {
        let world = try SnapshotWorld()
        let other = Person(world.bob.credentials)
        other.accessToken = try other.logIn().json["access_token"].string ?? ""
        expect(try other.post("/auth/logout"), 204)
        let newest = try world.ann.say("newest", in: world.group)
        let gone = try world.ann.makeGroup(with: [])
        expect(try world.ann.delete("/chats/\(gone)"), 204)
        let socket = try world.carl.connect()
        try socket.close()
        _ = try world.takeSnapshot()
        try world.server.kill()
        // Nothing is left of the journal but what came after: nothing.
        try world.server.restart()
        expect(try world.ann.get("/users/me"), 200)
        expect(try other.get("/users/me"), 401, "Invalid token")
        #expect(try world.ann.say("next", in: world.group) > newest)
        #expect(try world.ann.makeGroup(with: []) > gone)
        let dora = try Person("Dora", on: world.server)
        #expect(dora.id > world.carl.id)
    }

    @Test func `segments go when two snapshots and the database have what is in them`() throws {
        let world = try SnapshotWorld()
        try world.fillSegments()
        try world.live(through: 1)
        _ = try world.takeSnapshot()
        #expect(world.segments.first?.hasSuffix("journal-00000000000000000001.log") == true)
        try world.fillSegments()
        try world.live(through: 2)
        _ = try world.takeSnapshot()
        try waitUntil("the first segment is gone") {
            // What the database has by now decides; it follows within milliseconds.
            if world.segments.first?.hasSuffix("journal-00000000000000000001.log") != true {
                return true
            }
            try world.ann.say("more", in: world.group)
            _ = try world.takeSnapshot()
            return false
        }
        // The command ends before the oldest is removed.
        try waitUntil("two snapshots are left") { world.snapshots.count == 2 }
        // Of a message that the journal no longer has.
        let oldest = try world.firstMessage()
        expect(try world.bob.post("/messages/\(oldest)/reactions", ["emoji": "🕰️"]), 201)
        let before = try world.picture()
        try world.server.kill()
        try world.server.restart()
        #expect(try world.picture() == before)
        let verified = try ServerProcess.run(["verify", "--data-dir", world.server.dataFolder])
        #expect(verified.status != 0, "the server runs and holds the lock")
        #expect(try world.server.stop() == 0)
        let report = try ServerProcess.run(
            ["verify", "--data-dir", world.server.dataFolder]
                + ["--snapshot-dir", world.server.snapshotFolder]
        )
        #expect(report.status == 0, "\(report)")
        // All messages are in memory, and so in the snapshot.
        #expect(!report.output.contains("in the database alone"), "\(report.output)")
    }

    @Test func `by time and by size they are taken without being asked for`() throws {
        let world = try SnapshotWorld([
            "--snapshot-interval", "1", "--snapshot-journal-bytes", "1048576",
        ])
        try world.live(through: 1)
        try waitUntil("a snapshot is there") { !world.snapshots.isEmpty }
        let first = world.snapshots.first
        try world.fillSegments()
        try waitUntil("another is there") { world.snapshots.first != first }
    }
}
