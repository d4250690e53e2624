import Persistence
import Shards
import TestSupport
import Testing

/// The power goes at every operation, and again while it is being recovered from.
@Suite struct JournalCrashTests {
    typealias Entry = SampleEvents.Entry

    /// What a journal may hold: all that was delivered, perhaps more of what was offered.
    private struct Story {
        var acknowledged: [Entry] = []
        var offered: [Entry] = []

        func check(_ entries: [Entry], _ comment: Comment) {
            #expect(entries.count >= self.acknowledged.count, comment)
            #expect(entries == Array(self.offered.prefix(entries.count)), comment)
        }
    }

    /// One life: opens, checks what is there, offers in batches of different sizes, and dies.
    private func live(
        _ world: JournalWorld,
        _ story: inout Story,
        _ random: inout SeededRandom,
        _ comment: Comment
    ) throws {
        let opened: JournalWorld.Opened
        do {
            opened = try world.open()
        } catch JournalError.disk {
            return  // died while opening
        }
        story.check(opened.entries, comment)
        story = Story(acknowledged: opened.entries, offered: opened.entries)
        opened.start()
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let length = [0, 600, 5000, 20_000][Int.random(in: 0...3, using: &random)]
            let entry = SampleEvents.message(
                UInt64(story.offered.count),
                text: String(repeating: "q", count: length)
            )
            story.offered.append(entry)
            _ = opened.journal.offer(entry)
        }
        opened.journal.close()
        let count = max(opened.entries.count, Int(opened.log.last.rawValue))
        story.acknowledged = Array(story.offered.prefix(count))
    }

    @Test(arguments: 0..<40)
    func `no loss of power takes back what was delivered`(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        for round in 0..<45 {
            var world = JournalWorld()
            var story = Story()
            for life in 0..<6 {
                world.settings.compresses = Int.random(in: 0...3, using: &random) == 0
                world.settings.reserveCount = Int.random(in: 0...1, using: &random)
                world.disk.die(afterOperations: Int.random(in: 0...90, using: &random))
                let comment: Comment = "seed \(seed), round \(round), life \(life)"
                try self.live(world, &story, &random, comment)
                let isPowerLoss = Int.random(in: 0...3, using: &random) > 0
                world = JournalWorld(
                    isPowerLoss
                        ? world.disk.afterPowerLoss(seed: random.next()) : world.disk.afterKill()
                )
            }
            story.check(try world.entries(), "seed \(seed), round \(round), the end")
        }
    }
}
