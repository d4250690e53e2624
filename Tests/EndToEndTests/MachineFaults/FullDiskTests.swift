import Foundation
import TestSupport
import Testing

/// The disk under the data folder fills up and gets room again, while the server runs.
@Suite(.blocking, .serialized) struct FullDiskTests {
    private static let timesMax = Machine.isSoak ? 20 : 2

    @Test(.timeLimit(.minutes(30))) func `writes resume when a full disk has room again`() throws {
        guard Machine.has("mkfs.ext4", disk: true, for: "a full disk") else { return }
        let folder = try ThrowawayFolder()
        let disk = try LoopDisk(.ext4, at: "\(folder.path)/data", mebibytes: 64)
        defer { disk.detach() }
        let server = try ServerProcess.small(in: folder)
        var traffic = CrashRun.Traffic()
        traffic.paddingCount = 3000
        traffic.tolerance = .noRoom
        let how = "ext4 image of 64 MiB, filled by ballast and traffic"
        try MachineRun.on("disk full", how, server, traffic) { run in
            let process = server.processID
            for _ in 0..<Self.timesMax {
                try run.waitForAnswers(50)
                try Self.fill(disk, run)
                let start = ContinuousClock.now
                try disk.empty()
                try run.waitUntilServing(since: start)
                try run.waitForAnswers(50)
                try Machine.wait(for: "readiness") { try run.health().status == 200 }
            }
            #expect(server.processID == process)
        }
    }

    /// Until nothing is acknowledged any more.
    private static func fill(_ disk: LoopDisk, _ run: MachineRun) throws {
        try disk.fill()
        let sentAway = run.world.sentAwayCount
        try Machine.wait(for: "a refusal", timeout: .seconds(60)) {
            run.world.sentAwayCount > sentAway
        }
        try Machine.wait(for: "a server that only reads") { try run.health().status == 503 }
        let health = try run.health()
        #expect(health.json["status"] == "read-only")
        let client = HTTPClient(run.server)
        #expect(try client.send("GET", "/health").status == 200)
        // Each chat's pages are there, and nothing can be added to them.
        try run.expectReading()
        let answer = try Person(run.world.people[0])
            .post(
                "/messages",
                ["chat_id": JSON(run.world.chats.all), "type": "text", "content": "x"]
            )
        #expect(answer.status == 503 && answer.header("retry-after") != nil, "\(answer)")
    }
}
