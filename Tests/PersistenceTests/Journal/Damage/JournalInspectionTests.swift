import Foundation
import Persistence
import Shards
import TestSupport
import Testing

@Suite struct JournalInspectionTests {
    // MARK: - The list

    @Test func `segments, reserves and what was put aside are listed`() throws {
        let world = try JournalWorld.closed(segments: [3, 2])
        world.disk.files["/journal/reserve-1.ready"] = [0, 0, 0]
        world.disk.files["/journal/journal-00000000000000000009.log.damaged"] = [1]
        world.disk.files["/journal/notes.txt"] = [1]
        let opened = try world.open()
        let found = try JournalListing.read(in: world.settings, disk: world.disk)
        let listing = try #require(found)
        #expect(listing.segments.map(\.first.rawValue) == [1, 4, 6])
        #expect(listing.segments.map(\.last.rawValue) == [3, 5, 5])
        #expect(listing.segments.map(\.eventCount) == [3, 2, 0])
        #expect(listing.segments.map(\.ending) == [.sealed, .sealed, .unsealed(offset: 64)])
        #expect(listing.segments.allSatisfy { $0.storedBytes == $0.plainBytes })
        #expect(listing.segments[0].byteCount == world.disk.files[world.segments[0]]?.count)
        #expect(listing.setAside.map(\.byteCount) == [1])
        opened.journal.close()
    }

    @Test func `the ratio is told by what was compressed`() throws {
        let text = String(repeating: "again and ", count: 2000)
        let world = try JournalWorld().killed(after: JournalWorld.messages(2, text: text))
        let found = try JournalListing.read(in: world.settings, disk: world.disk)
        let segment = try #require(found?.segments.first)
        #expect(segment.plainBytes > 40_000)
        #expect(segment.storedBytes < segment.plainBytes / 10)
    }

    @Test func `a list of any bytes ends`() throws {
        let world = try JournalWorld.closed(segments: [3, 2])
        let path = world.segments[0]
        let bytes = try #require(world.disk.files[path])
        for place in bytes.indices {
            let flipped = world.changing(path) { $0[place] ^= 0xff }
            let listing = try JournalListing.read(in: flipped.settings, disk: flipped.disk)
            #expect(listing?.segments.count == 2)
            if place < 64 { #expect(listing?.segments[0].ending == .withoutHeader) }
        }
        let nothing = JournalWorld()
        #expect(try JournalListing.read(in: nothing.settings, disk: nothing.disk) == nil)
    }

    // MARK: - The check

    @Test func `a check tells what was read and how the journal ends`() throws {
        let closed = try JournalWorld.closed(segments: [3, 2])
        var steps: [Int] = []
        let report = try #require(
            try JournalCheck.run(closed.settings, disk: closed.disk) { done, total in
                steps.append(done)
                #expect(done <= total)
            }
        )
        #expect(report.extent.first == Position(rawValue: 1))
        #expect(report.extent.last == Position(rawValue: 5))
        #expect(report.eventCount == 5)
        #expect(report.segmentCount == 2)
        #expect(report.tail == .closed)
        #expect(!report.isInUse)
        #expect(steps.count == 3)
        #expect(steps.last == report.byteCount)
        #expect(
            report.byteCount
                == closed.segments.reduce(0) { $0 + (closed.disk.files[$1]?.count ?? 0) }
        )
        let killed = try JournalWorld().killed(after: JournalWorld.messages(2))
        let path = killed.segments[0]
        let end = try #require(killed.disk.files[path]?.batchEnds.last)
        let torn = killed.changing(path) { $0[end + 16] = 1 }
        #expect(
            try JournalCheck.run(torn.settings, disk: torn.disk)?.tail
                == .open(file: path, offset: end, tornBytes: 24)
        )
        #expect(torn.disk.files[path]?.count == killed.disk.files[path]?.count)
        #expect(try JournalCheck.run(JournalWorld().settings, disk: SimulatedDisk()) == nil)
    }

    @Test func `a check beside a server that writes and trims finds no damage`() throws {
        let folder = TemporaryFolder()
        var settings = JournalSettings(folder: "\(folder.path)/journal")
        settings.segmentBytes = 64 << 10
        settings.compresses = false
        let journal = try Journal.open(settings, logger: .silent) { _, _, _ in }
        let log = DeliveryLog()
        journal.start { log.deliver($0) }
        let text = String(repeating: "v", count: 3000)
        for round in 0..<40 {
            var last = Position.zero
            for number in 1...20 {
                last = journal.offer(SampleEvents.message(UInt64(number), text: text))
            }
            let found = try JournalCheck.run(settings)
            let report = try #require(found)
            #expect(report.isInUse)
            log.wait(for: last)
            if round.isMultiple(of: 5) { try journal.trim(through: last) }
            #expect(try JournalListing.read(in: settings) != nil)
        }
        journal.close()
        #expect(try JournalCheck.run(settings)?.isInUse == false)
    }

    // MARK: - Events for people

    @Test func `every kind of event is JSON without secrets`() throws {
        var kinds: Set<String> = []
        for (index, entry) in SampleEvents.everyKind.enumerated() {
            var json = JSONWriter()
            EventJSON.append(entry.event, at: Position(rawValue: UInt64(index + 1)), to: &json)
            let text = String(decoding: json.bytes, as: UTF8.self)
            #expect(!text.contains("\n"))
            #expect(!text.contains("argon2id"))
            #expect(!text.contains("\(0xdead_beef_0123_4567 as UInt64)"))
            let value = try JSONSerialization.jsonObject(with: Data(json.bytes))
            let object = try #require(value as? [String: Any])
            #expect(object["position"] as? Int == index + 1)
            kinds.insert(try #require(object["kind"] as? String))
            guard case .chat(let chat, let change) = entry.event else {
                #expect(object["chat"] is NSNull)
                continue
            }
            #expect(object["chat"] as? Int == Int(chat.rawValue))
            if case .messageSent = change {
                let message = try #require(object["message"] as? [String: Any])
                #expect(message["content"] as? String == "Привет, world 👋🏽")
            }
        }
        #expect(kinds.count == 13)
    }

    @Test func `a part of a journal is read without the rest`() throws {
        let world = try JournalWorld.closed(segments: [3, 3, 3])
        let starts = try #require(world.disk.files[world.segments[2]]?.batchStarts)
        let damaged = world.changing(world.segments[2]) { $0[starts[1] + 60] ^= 1 }
        func read(_ after: UInt64, _ through: UInt64) throws -> [UInt64] {
            var positions: [UInt64] = []
            try Journal.read(
                in: damaged.settings,
                disk: damaged.disk,
                after: Position(rawValue: after),
                through: Position(rawValue: through)
            ) { position, _ in positions.append(position.rawValue) }
            return positions
        }
        #expect(try read(0, 6) == [1, 2, 3, 4, 5, 6])
        #expect(try read(3, 5) == [4, 5])
        #expect(throws: JournalError.self) { try read(5, 7) }
    }
}
