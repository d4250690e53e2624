import Foundation
import TestSupport
import Testing

/// What was fetched before, and the events since, make what is fetched now.
///
/// Zulip tests its clients' events in this way (`verify_action`). `SEED=7` runs only that one,
/// `SOAK=1` ten times as many steps.
@Suite(.blocking) struct FoldedEventsTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seeds: [UInt64] =
        Self.environment["SEED"].flatMap { UInt64($0) }.map { [$0] } ?? [1, 2, 3, 4]
    private static let steps = Self.environment["SOAK"] == "1" ? 5_000 : 500

    /// A client with a mirror of what it has been told.
    private final class Reader {
        let session: Session
        var mirror: Mirror

        init(_ person: Person) throws {
            // First the stream, then the state: what happens between is told twice.
            self.session = try Session(person)
            self.mirror = try Mirror(of: person)
        }

        func hear() throws -> SocketEvent {
            let event = try self.session.next()
            if event.name != "user.presence", event.name != "user.typing" {
                try self.mirror.apply(event, as: self.session.person)
            }
            return event
        }

        func resume() throws {
            try self.session.resume()
            self.mirror.keepOnly(self.session.chats)
        }
    }

    @Test(arguments: Self.seeds)
    func `events tell all that changes, however often the socket is cut`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        // Some servers remember enough, some do not.
        let remembered = ["131072", "200", "20", "3"][Int(seed % 4)]
        let server = try ServerProcess.small(["--no-limits", "--resume-events", remembered])
        let people = try ["Ann", "Bob", "Cid", "Dee"].map { try Person($0, on: server) }
        // A chat of its own for each, in which is said how far to listen.
        let marks = try people.prefix(3).map { try people[3].makeGroup("Mark", with: [$0]) }
        let readers = try people.prefix(3).map { try Reader(Person($0.credentials)) }
        var traffic = RandomTraffic(people, seed: seed)
        for step in 0..<Self.steps {
            try traffic.step()
            // The first one is never cut, but by the server.
            for reader in readers.dropFirst() where random.one(in: 12) { reader.session.drop() }
            if random.one(in: 150) {
                if random.one(in: 2) { try server.kill() } else { try server.stop() }
                try server.restart()
                for reader in readers { reader.session.drop() }
            }
            guard random.one(in: 8) else { continue }
            try self.compare(readers, marks: marks, writer: people[3], step: step, &random)
        }
        #expect(traffic.doneCount > traffic.refusedCount * 3 / 2)
    }

    private func compare(
        _ readers: [Reader],
        marks: [Int64],
        writer: Person,
        step: Int,
        _ random: inout SeededRandom
    ) throws {
        for (reader, mark) in zip(readers, marks) {
            if reader.session.socket == nil { try reader.resume() }
            try self.listen(reader, mark: mark, writer: writer, &random)
        }
        for reader in readers {
            let person = reader.session.person
            let differences = try reader.mirror.differences(from: Mirror(of: person))
            let text = differences.prefix(5).joined(separator: "\n")
            try #require(differences.isEmpty, "user \(person.id), step \(step): \(text)")
        }
    }

    /// Hears all that there is, cut at some frame and on from there.
    private func listen(
        _ reader: Reader,
        mark: Int64,
        writer: Person,
        _ random: inout SeededRandom
    ) throws {
        var last = try writer.say("mark", in: mark)
        while true {
            if random.one(in: 10) {
                reader.session.drop()
                try reader.resume()
            }
            let event = try reader.hear()
            if event.data["id"].int == last { return }
            // Where that chat was fetched, the mark was in it and does not come.
            let isFetched = event.name == "resync" || event.data["chat_id"].int == mark
            if isFetched, event.seq == nil { last = try writer.say("mark", in: mark) }
        }
    }
}
