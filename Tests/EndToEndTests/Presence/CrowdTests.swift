import Foundation
import Synchronization
import TestSupport
import Testing

/// Many people at once, on a server of their own.
@Suite(.blocking, .serialized) struct CrowdTests {
    private static let people = Result {
        let server = try ServerProcess.small()
        return try Self.register(300, on: server)
    }

    let crowd: [Person]

    init() throws {
        self.crowd = try Self.people.get().map { Person($0) }
    }

    /// Registers on several threads: hashing passwords is what takes the time.
    private static func register(
        _ count: Int,
        on server: ServerProcess
    ) throws -> [Person.Credentials] {
        let parts = Mutex<[Result<[Person.Credentials], any Error>]>([])
        DispatchQueue.concurrentPerform(iterations: 6) { part in
            let result = Result {
                try (0..<count / 6).map { try Person("P\(part)x\($0)", on: server).credentials }
            }
            parts.withLock { $0.append(result) }
        }
        return try parts.withLock { try $0.flatMap { try $0.get() } }
    }

    private func statuses(
        of users: some Sequence<Person>,
        in events: some Sequence<SocketEvent>
    ) -> [Int64: [String]] {
        let ids = Set(users.map(\.id))
        var heard: [Int64: [String]] = [:]
        for event in events where event.name == "user.presence" {
            guard let user = event.data["user_id"].int, ids.contains(user) else { continue }
            heard[user, default: []].append(event.data["status"].string ?? "")
        }
        return heard
    }

    /// What the socket is told up to a chat of its own, made now.
    private func heard(
        by person: Person,
        on socket: WebSocketClient
    ) throws -> [SocketEvent] {
        let own = try person.makeGroup()
        return try socket.events(timeout: .seconds(60)) {
            $0.name == "chat.created" && $0.data["id"] == JSON(own)
        }
    }

    /// Waits until the last of these changes has been told to everybody: `person`, who shares a
    /// small chat with `witness`, changes after them.
    private func settle(_ person: WebSocketClient, _ witness: WebSocketClient, _ id: Int64) throws {
        for idle in [true, false] {
            #expect(try person.ask("heartbeat", ["idle": .bool(idle)]).status == 204)
            _ = try witness.next("user.presence", timeout: .seconds(60)) {
                $0["user_id"] == JSON(id) && $0["status"] == (idle ? "away" : "online")
            }
        }
    }

    @Test func `in a group of 300 only those hear of presence who have subscribed`() throws {
        let (ann, bob, eve) = (self.crowd[0], self.crowd[1], self.crowd[2])
        _ = try ann.makeGroup("Big", with: Array(self.crowd.dropFirst()))
        // Eve and a witness see in a small chat when everything has been told.
        _ = try eve.makeGroup("Small", with: [self.crowd[3]])
        let witness = try self.crowd[3].connect()
        let (watching, deaf) = (try ann.connect(), try bob.connect())
        let evesSocket = try eve.connect()
        let watched = self.crowd[10..<40]
        let ids: JSON = .array(watched.map { JSON($0.id) })
        let reply = try watching.ask("subscribe", ["user_ids": ids])
        #expect(reply.status == 200)
        #expect(reply.body.items.map { $0["user_id"] } == ids.items)
        #expect(reply.body.items.allSatisfy { $0["status"] == "offline" })
        let sockets = try self.crowd[10..<50].map { try $0.connect() }
        try self.settle(evesSocket, witness, eve.id)
        let toAnn = self.statuses(of: self.crowd[4...], in: try self.heard(by: ann, on: watching))
        #expect(toAnn == Dictionary(uniqueKeysWithValues: watched.map { ($0.id, ["online"]) }))
        let toBob = self.statuses(of: self.crowd[4...], in: try self.heard(by: bob, on: deaf))
        #expect(toBob.isEmpty)
        let again = try watching.ask("subscribe", ["user_ids": ids])
        #expect(again.body.items.allSatisfy { $0["status"] == "online" })
        #expect(try watching.ask("unsubscribe", ["user_ids": ids]).status == 204)
        for socket in sockets { try socket.close() }
    }

    @Test func `250 people who come one after the other are each told once, and pages go on`()
        throws
    {
        let members = Array(self.crowd[50..<300])
        let chat = try members[0].makeGroup("Storm", with: Array(members.dropFirst()))
        let watcher = try members[0].connect()
        let other = Person(members[1].credentials)
        var sockets: [WebSocketClient] = []
        for (number, member) in members.dropFirst().enumerated() {
            sockets.append(try member.connect())
            if number % 10 == 0 { expect(try other.get("/messages?chat_id=\(chat)"), 200) }
        }
        var heard: [Int64: [String]] = [:]
        while heard.count < members.count - 1 {
            let event = try watcher.next("user.presence", timeout: .seconds(30))
            let user = try #require(event.data["user_id"].int)
            heard[user, default: []].append(event.data["status"].string ?? "")
        }
        #expect(heard.values.allSatisfy { $0 == ["online"] })
        for socket in sockets { try socket.close() }
    }

    @Test func `who may be subscribed to`() throws {
        let (ann, bob, stranger) = (self.crowd[5], self.crowd[6], self.crowd[7])
        _ = try ann.makeGroup(with: [bob])
        let socket = try Person("Zoe", on: ann.server).connect()
        func ask(_ ids: JSON, on socket: WebSocketClient) throws -> SocketReply {
            try socket.ask("subscribe", ["user_ids": ids])
        }
        let own = try ann.connect()
        #expect(try ask([JSON(bob.id), JSON(ann.id)], on: own).status == 200)
        #expect(try ask([], on: own).body == [])
        let zoe = try ask([JSON(stranger.id)], on: socket)
        #expect(zoe.status == 403 && zoe.body == ["detail": "Access denied"])
        #expect(try ask([4_000_000], on: own).status == 404)
        #expect(try ask(["x"], on: own).status == 422)
        #expect(try ask(.array(Array(repeating: JSON(bob.id), count: 257)), on: own).status == 422)
        _ = try ann.makeGroup("All", with: self.crowd.filter { $0.id != ann.id })
        let first = JSON.array(self.crowd[20..<220].map { JSON($0.id) })
        #expect(try ask(first, on: own).status == 200)
        let rest = JSON.array(self.crowd[220..<290].map { JSON($0.id) })
        let refused = try ask(rest, on: own)
        #expect(refused.status == 400 && refused.body == ["detail": "Too many subscriptions"])
        #expect(try own.ask("unsubscribe", ["user_ids": first]).status == 204)
        #expect(try ask(rest, on: own).status == 200)
    }
}
