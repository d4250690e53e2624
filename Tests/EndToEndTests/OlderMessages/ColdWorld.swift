import Foundation
import Synchronization
import TestSupport
import Testing

/// A store, and why messages are in it and no longer in memory.
struct ColdCase: Hashable, Sendable, CustomTestStringConvertible {
    enum Cause: String, CaseIterable, Sendable {
        /// Others took their room.
        case pushedOut = "pushed out"
        /// The start had the store only; whose a message is, only the store knows.
        case journalLost = "the journal lost"
    }

    let kind: StoreKind
    let cause: Cause

    static let all = StoreKind.allCases.flatMap { kind in
        Cause.allCases.map { ColdCase(kind: kind, cause: $0) }
    }

    var testDescription: String { "\(self.kind.rawValue), \(self.cause.rawValue)" }
}

/// A server with chats whose messages are in the store only, for tests that take a chat each.
final class ColdWorld: Sendable {
    struct Chat: Sendable {
        let id: Int64
        /// Ann's and Bob's in turns, "<place> of <chat>", under the keys `key(place)`.
        let messages: [Int64]

        func text(_ place: Int) -> String { "\(place) of \(self.id)" }
        func key(_ place: Int) -> String { "\(place)" }
    }

    static let messageCount = 30
    private static let chatCount = 8

    let stored: StoredServer
    /// Messages of Ann's that Bob has not read: more than an answer names.
    let unread: Chat
    /// Many messages of Ann's, some with a needle.
    let hay: Chat
    let texts: Chat
    private let people: [Person.Credentials]
    private let tokens: [String]
    private let chats: [Chat]
    private let taken = Atomic<Int>(0)

    private static let worlds = Mutex<[ColdCase: Result<ColdWorld, any Error>]>([:])

    static func shared(_ cold: ColdCase) throws -> ColdWorld {
        let result = self.worlds.withLock { worlds in
            let world = worlds[cold] ?? Result { try ColdWorld(cold) }
            worlds[cold] = world
            return world
        }
        return try result.get()
    }

    private init(_ cold: ColdCase) throws {
        let stored = try StoredServer(cold.kind)
        let people = try ["Ann", "Bob", "Eve"].map { try Person($0, on: stored.server) }
        let (ann, bob) = (people[0], people[1])
        // Where memory is short, the first chat is the last one to lose its messages.
        _ = try ann.makeGroup()
        self.chats = try (0..<Self.chatCount).map { _ in
            let chat = try ann.makeGroup(with: [bob])
            let ids = try (0..<Self.messageCount).map { place in
                let author = place % 2 == 0 ? ann : bob
                return try author.say("\(place) of \(chat)", in: chat, key: "\(place)")
            }
            return Chat(id: chat, messages: ids)
        }
        self.unread = try Self.chat(of: ann, and: bob, (0..<1_100).map { "unread \($0)" })
        self.hay = try Self.chat(of: ann, and: bob, (0..<1_000).map(Self.hay))
        self.texts = try Self.chat(of: ann, and: bob, SearchCase.texts)
        switch cold.cause {
        case .pushedOut:
            try Filling.pushOut(by: ann, on: stored)
        case .journalLost:
            try stored.waitUntilStored()
            try stored.server.stop()
            try FileManager.default.removeItem(atPath: stored.server.dataFolder + "/journal")
            try stored.server.restart()
        }
        self.stored = stored
        // Sessions are in the journal alone.
        self.tokens = try people.map { try #require($0.logIn().json["access_token"].string) }
        self.people = people.map(\.credentials)
    }

    private static func chat(of ann: Person, and bob: Person, _ texts: [String]) throws -> Chat {
        let chat = try ann.makeGroup(with: [bob])
        return Chat(id: chat, messages: try Filling(by: ann, in: chat).send(texts).ids)
    }

    static func hay(_ place: Int) -> String { place % 7 == 0 ? "Needle \(place)" : "hay \(place)" }

    var ann: Person { self.person(0) }
    var bob: Person { self.person(1) }
    /// In no chat.
    var eve: Person { self.person(2) }

    /// Somebody with a connection of their own.
    private func person(_ place: Int) -> Person {
        let person = Person(self.people[place])
        person.accessToken = self.tokens[place]
        return person
    }

    /// A chat that no other test has.
    func takeChat() throws -> Chat {
        let place = self.taken.add(1, ordering: .relaxed).oldValue
        try #require(place < self.chats.count, "more chats are needed")
        return self.chats[place]
    }
}

/// Sends many messages to a chat of its own, some requests at once.
struct Filling {
    private let person: Person
    let chat: Int64
    private(set) var ids: [Int64] = []
    /// The first answer that was none of 201; what came after it was not sent.
    private(set) var refusal: HTTPAnswer?

    private static let requestsAtOnce = 16
    private static let text = String(repeating: "0123456789abcdef", count: 1000)

    init(by person: Person, in chat: Int64? = nil) throws {
        self.person = person
        self.chat = try chat ?? person.makeGroup("Filling")
    }

    /// Writes so much to chats of the person's own that the messages of all chats that were there
    /// before leave the memory, but for the first's. The store has everything then.
    static func pushOut(by person: Person, on stored: StoredServer) throws {
        // Chats that would give room themselves, being larger than what a busy one may keep, would
        // spare the others.
        for _ in 0..<StoredServer.budgetBytes >> 20 + 4 {
            let filling = try Filling(by: person).fill(1 << 20)
            #expect(filling.refusal == nil)
            // What the store has not got cannot leave, and too much of that is refused.
            try stored.waitUntilStored()
        }
    }

    /// With so many bytes in large messages.
    consuming func fill(_ byteCount: Int) throws -> Filling {
        let text = Self.text
        return try self.send((0..<byteCount / text.utf8.count).lazy.map { "\(text) \($0)" })
    }

    consuming func send(_ texts: some Sequence<String>) throws -> Filling {
        var filling = self
        var waitingCount = 0
        for text in texts where filling.refusal == nil {
            let body: JSON = [
                "chat_id": .int(filling.chat), "type": "text", "content": .string(text),
            ]
            try filling.person.write("POST", "/messages", body)
            waitingCount += 1
            guard waitingCount == Self.requestsAtOnce else { continue }
            try filling.readAnswer()
            waitingCount -= 1
        }
        for _ in 0..<waitingCount { try filling.readAnswer() }
        return filling
    }

    private mutating func readAnswer() throws {
        let answer = try self.person.client.readAnswer()
        if answer.status == 201, let id = answer.json["id"].int {
            self.ids.append(id)
        } else {
            self.refusal = self.refusal ?? answer
        }
    }
}
