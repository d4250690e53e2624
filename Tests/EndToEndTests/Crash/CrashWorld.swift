import Foundation
import Synchronization
import TestSupport

/// What the threads of one run share: the server, who there is, what they wrote down.
final class CrashWorld: Sendable {
    struct Account: Sendable {
        let id: Int
        let token: String
    }

    /// What somebody has seen lately, to react and to reply to.
    struct Board {
        var messages: [Int: [Int]] = [:]
        var registered: [Int] = []
        /// Answers and closings that no correct server gives.
        var surprises: [String] = []
    }

    let server: ServerProcess
    let tolerance: Tolerance
    let log: HistoryLog
    let gate = ServerGate()
    let accounts: [Account]
    /// The same, to sign in with.
    let people: [Person.Credentials]
    let chats: Chats
    private let board = Mutex(Board())
    private let tokens: Mutex<[String]>
    private let connectionCount = Atomic<Int>(0)
    private let sentAwayTotal = Atomic<Int>(0)

    /// What is no surprise in a run. A surprise is what no correct server says.
    struct Tolerance: OptionSet, Sendable {
        let rawValue: Int

        /// 503: come back later.
        static let noRoom = Self(rawValue: 1)
        /// 401: sign in again.
        static let expiredTokens = Self(rawValue: 2)
        /// Sockets that end with a code: the server goes away, or has heard nothing for too long.
        static let closing = Self(rawValue: 4)

        func mayClose(_ code: UInt16?) -> Bool {
            self.contains(.closing) && (code == 1001 || code == 4008)
        }
    }

    struct Chats: Sendable {
        /// Everybody, for good.
        let all: Int
        /// Account 1 is the admin; 4 and 5 come and go.
        let changing: Int
        /// Accounts 2 and 3.
        let direct: Int

        var list: [Int] { [self.all, self.changing, self.direct] }

        func of(_ account: Int) -> [Int] {
            switch account {
            case 2, 3: self.list
            case 0: [self.all]
            default: [self.all, self.changing]
            }
        }
    }

    static let accountCount = 6
    static let guests = [4, 5]
    private static let boardCountMax = 40

    /// Registers everybody, which takes longest, before the first crash.
    init(
        historyPath: String,
        on server: ServerProcess,
        tolerating tolerance: Tolerance = []
    ) throws {
        let log = try HistoryLog(path: historyPath)
        log.add(.started(life: 1))
        let people = try (0..<Self.accountCount).map { _ in try Person(on: server) }
        self.server = server
        self.tolerance = tolerance
        self.tokens = Mutex(people.map(\.accessToken))
        self.log = log
        self.accounts = people.map { Account(id: Int($0.id), token: $0.accessToken) }
        self.people = people.map(\.credentials)
        let everyone = Array(people.dropFirst())
        self.chats = Chats(
            all: try Self.note(people[0].makeGroup(with: everyone), people[0], everyone, log),
            changing: try Self.note(
                people[1].makeGroup(with: Array(people[2...3])),
                people[1],
                Array(people[2...3]),
                log
            ),
            direct: try Self.note(
                people[2].openDirect(with: people[3]),
                people[2],
                [people[3]],
                log
            )
        )
        self.board.withLock { $0.registered = self.accounts.map(\.id) }
    }

    private static func note(
        _ chat: Int64,
        _ creator: Person,
        _ members: [Person],
        _ log: HistoryLog
    ) throws -> Int {
        let number = log.nextNumber()
        let action = Invocation.Action.createChat(members: members.map { Int($0.id) })
        log.add(.invoked(Invocation(number, by: Int(creator.id), action)))
        var answer = Answer(to: number, .done)
        answer.id = Int(chat)
        log.add(.answered(answer))
        return Int(chat)
    }

    func nextConnection() -> Int { self.connectionCount.add(1, ordering: .relaxed).newValue }

    func shown(_ message: ShownMessage) {
        self.board.withLock { board in
            board.messages[message.chat, default: []].append(message.id)
            if board.messages[message.chat, default: []].count > Self.boardCountMax {
                board.messages[message.chat]?.removeFirst()
            }
        }
    }

    func recentMessage(in chat: Int, using random: inout SeededRandom) -> Int? {
        let messages = self.board.withLock { $0.messages[chat] ?? [] }
        return messages.randomElement(using: &random)
    }

    func registered(_ user: Int) { self.board.withLock { $0.registered.append(user) } }

    var registered: [Int] { self.board.withLock { $0.registered } }

    /// The newest.
    func token(of place: Int) -> String { self.tokens.withLock { $0[place] } }

    /// Gets a new token, where there is a server that gives one.
    func signIn(_ place: Int) {
        guard let answer = try? Person(self.people[place]).logIn(),
            let token = answer.json["access_token"].string
        else { return }
        self.tokens.withLock { $0[place] = token }
    }

    func sentAway() { self.sentAwayTotal.add(1, ordering: .relaxed) }

    /// How often somebody was told to come back later.
    var sentAwayCount: Int { self.sentAwayTotal.load(ordering: .relaxed) }

    func surprised(by what: String) { self.board.withLock { $0.surprises.append(what) } }

    var surprises: [String] { self.board.withLock { $0.surprises } }
}
