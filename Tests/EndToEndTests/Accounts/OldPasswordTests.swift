import Foundation
import Logging
import Persistence
import Shards
import TestSupport
import Testing

/// Users whose passwords were hashed by the original, as an existing database brings them.
@Suite(.blocking) struct OldPasswordTests {
    private static let email = "old@example.org"
    private static let password = "secret"
    private static let hash = "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"

    private let folder: ThrowawayFolder

    init() throws {
        self.folder = try ThrowawayFolder()
        try FileManager.default.createDirectory(
            atPath: "\(self.folder.path)/data",
            withIntermediateDirectories: false
        )
        let journal = try self.openJournal { _ in }
        let user = User(
            id: UserID(rawValue: 1),
            email: Self.email,
            displayName: "Old",
            tag: "old_1",
            avatarURL: nil,
            createdAt: Timestamp(microseconds: 1_730_800_800_000_000),
            passwordHash: Self.hash
        )
        _ = journal.offer(.people(.userChanged(user)), mark: nil, notice: .silent)
        journal.close()
    }

    private func openJournal(_ replay: (Event) -> Void) throws -> Journal {
        var settings = JournalSettings(folder: "\(self.folder.path)/data/journal")
        settings.segmentBytes = 1 << 20
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try Journal.open(settings, logger: logger) { _, event, _ in replay(event) }
    }

    /// The newest account in the journal of a server that has stopped.
    private func storedUser() throws -> User? {
        var user: User?
        let journal = try self.openJournal { event in
            if case .people(.userChanged(let changed)) = event { user = changed }
        }
        journal.close()
        return user
    }

    private func logIn(_ server: ServerProcess, _ password: String) throws -> HTTPAnswer {
        try HTTPClient(server).send(
            "POST",
            "/api/v1/auth/login",
            ["email": .string(Self.email), "password": .string(password)]
        )
    }

    /// Waits until the running server has written a hash of its own making.
    private func waitForNewHash() throws {
        let journal = "\(self.folder.path)/data/journal"
        let deadline = ContinuousClock.now.advanced(by: .seconds(120))
        while ContinuousClock.now < deadline {
            for file in try FileManager.default.contentsOfDirectory(atPath: journal) {
                let bytes = FileManager.default.contents(atPath: "\(journal)/\(file)") ?? Data()
                if bytes.range(of: Data("$argon2id$".utf8)) != nil { return }
            }
            usleep(10_000)
        }
        throw WaitError.timedOut(waitingFor: "a new hash in the journal")
    }

    @Test func `an old password opens the account, and its hash is replaced for good`() throws {
        let server = try ServerProcess.small(in: self.folder)
        expect(try self.logIn(server, "Secret"), 401, "Invalid credentials")
        expect(try self.logIn(server, "secret "), 401, "Invalid credentials")
        let answer = try self.logIn(server, Self.password)
        expect(answer, 200)
        expect(answer.json, is: .tokenPair)
        try self.waitForNewHash()
        expect(try self.logIn(server, Self.password), 200)
        #expect(try server.stop() == 0)

        let user = try #require(try self.storedUser())
        #expect(user.passwordHash.hasPrefix("$argon2id$"))
        #expect(user.email == Self.email && user.displayName == "Old" && user.tag == "old_1")
        try server.restart()
        expect(try self.logIn(server, Self.password), 200)
        expect(try self.logIn(server, "Secret"), 401, "Invalid credentials")
    }

    @Test func `a wrong password leaves the old hash as it is`() throws {
        let server = try ServerProcess.small(in: self.folder)
        let long = String(repeating: "x", count: 2000)
        for password in ["", "x", "secret\n", long] {
            expect(try self.logIn(server, password), 401, "Invalid credentials")
        }
        expect(try self.logIn(server, "secret\u{0}"), 422)
        #expect(try server.stop() == 0)
        #expect(try self.storedUser()?.passwordHash == Self.hash)
    }
}
