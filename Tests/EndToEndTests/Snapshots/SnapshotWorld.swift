import Foundation
import Glibc
import TestSupport
import Testing

/// A server with some life in it, and what three people see of it.
struct SnapshotWorld {
    let server: ServerProcess
    let ann: Person
    let bob: Person
    let carl: Person
    let group: Int64
    let direct: Int64

    /// Segments of a mebibyte, so that there are several.
    static let options = ["--no-limits", "--shards", "2", "--journal-segment-bytes", "1048576"]

    init(_ more: [String] = ["--snapshot-interval", "0"]) throws {
        self.server = try ServerProcess(Self.options + more)
        self.ann = try Person("Ann", on: self.server)
        self.bob = try Person("Bob", on: self.server)
        self.carl = try Person("Carl", on: self.server)
        self.group = try self.ann.makeGroup(with: [self.bob, self.carl])
        self.direct = try self.ann.openDirect(with: self.bob)
    }

    /// The same people and chats on another server.
    init(_ other: SnapshotWorld, on server: ServerProcess) {
        self.server = server
        self.ann = Person(other.ann.credentials(on: server))
        self.bob = Person(other.bob.credentials(on: server))
        self.carl = Person(other.carl.credentials(on: server))
        self.group = other.group
        self.direct = other.direct
    }

    /// Something of every kind, told apart by the round.
    func live(through round: Int) throws {
        let first = try self.ann.say("hello \(round)", in: self.group)
        expect(try self.bob.post("/messages/\(first)/reactions", ["emoji": "👍"]), 201)
        expect(try self.bob.post("/messages/\(first)/reactions", ["emoji": "🍲"]), 201)
        expect(try self.bob.delete("/messages/\(first)/reactions/%F0%9F%8D%B2"), 204)
        let reply: JSON = [
            "chat_id": JSON(self.group), "type": "text", "content": "a reply",
            "reply_to_id": JSON(first),
        ]
        expect(try self.bob.post("/messages", reply, key: "reply-\(round)"), 201)
        expect(try self.carl.post("/chats/\(self.group)/read"), 200)
        let edited = try self.carl.say("to be edited", in: self.group)
        expect(try self.carl.patch("/messages/\(edited)", ["content": "edited \(round)"]), 200)
        let deleted = try self.bob.say("to be deleted", in: self.direct)
        expect(try self.bob.delete("/messages/\(deleted)"), 204)
        try self.bob.say("unread \(round)", in: self.direct)
        let passing = try self.ann.makeGroup(with: [self.bob])
        try self.bob.say("in passing", in: passing)
        expect(try self.ann.delete("/chats/\(passing)"), 204)
        expect(try self.ann.put("/users/me/tag", ["tag": "ann.\(round)"]), 200)
    }

    /// Fills more than one segment of the journal.
    func fillSegments() throws {
        // Of random letters LZ4 makes nothing smaller.
        for _ in 0..<130 {
            let text = String(
                (0..<10_000).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? " " }
            )
            try self.ann.say(text, in: self.direct)
        }
    }

    /// What the three see, all of it.
    func picture() throws -> [JSON] {
        var picture: [JSON] = []
        for person in [self.ann, self.bob, self.carl] {
            var paths = ["/users/me", "/chats"]
            for chat in try person.get("/chats").json.items.compactMap({ $0["id"].int }) {
                paths += [
                    "/chats/\(chat)", "/chats/\(chat)/members",
                    "/messages?chat_id=\(chat)&include_deleted=true&limit=100",
                    "/messages/search?chat_id=\(chat)&query=e",
                ]
            }
            for path in paths { picture.append(try person.get(path).json) }
        }
        return picture
    }

    /// The oldest message of the direct chat.
    func firstMessage() throws -> Int64 {
        let page = try self.ann.get("/messages?chat_id=\(self.direct)&after_id=0&limit=1").json
        guard let id = page["messages"][0]["id"].int else { throw WaitError.malformed("\(page)") }
        return id
    }

    func takeSnapshot() throws -> String {
        let outcome = try ServerProcess.run(
            ["snapshot", "take", "--data-dir", self.server.dataFolder]
                + ["--snapshot-dir", self.server.snapshotFolder]
        )
        guard outcome.status == 0 else { throw WaitError.malformed("\(outcome)") }
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    /// The newest first.
    var snapshots: [String] {
        Self.files(in: self.server.snapshotFolder, ".snapshot").reversed()
    }

    /// The oldest first.
    var segments: [String] { Self.files(in: self.server.dataFolder + "/journal", ".log") }

    private static func files(in folder: String, _ suffix: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }

    func logHas(_ text: String) -> Bool { self.server.log.contains(text) }

    /// Changes a byte in the middle of a file.
    static func damage(_ path: String) throws {
        guard let file = FileHandle(forUpdatingAtPath: path) else {
            throw WaitError.malformed("no file \(path)")
        }
        defer { try? file.close() }
        let middle = try file.seekToEnd() / 2
        try file.seek(toOffset: middle)
        let byte = try file.read(upToCount: 1)?.first ?? 0
        try file.seek(toOffset: middle)
        try file.write(contentsOf: Data([byte ^ 0x10]))
    }
}

/// Looks again and again, where nothing tells when it is so.
func waitUntil(_ what: String, _ isSo: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(120)
    while try !isSo() {
        guard ContinuousClock.now < end else { throw WaitError.timedOut(waitingFor: what) }
        usleep(10_000)
    }
}
