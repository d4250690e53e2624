import Shards
import TestSupport
import Testing

@Suite struct SessionTests {
    private let run = DirectoryRun()
    private let id = SessionID(rawValue: 7)

    init() async throws {
        _ = try await self.run.register("anna@example.org")
        _ = try await self.run.directory.openSession(
            self.id,
            of: .anna,
            now: self.run.start,
            expiresAt: self.run.start.advanced(by: .seconds(3600))
        )
    }

    private func rotate(
        generation: UInt32,
        after: Duration
    ) async throws(DirectoryRefusal) -> Session {
        let now = self.run.start.advanced(by: after)
        let expiresAt = now.advanced(by: .seconds(3600))
        return try await self.run.directory.rotate(
            self.id,
            generation: generation,
            now: now,
            expiresAt: expiresAt
        ).value
    }

    private var isOver: Bool {
        get async { await self.run.directory.state.session(self.id) == nil }
    }

    @Test func `a refresh token gives its successor and a later end`() async throws {
        let session = try await self.rotate(generation: 1, after: .seconds(60))
        #expect(session.generation == 2)
        #expect(session.rotatedAt == self.run.start.advanced(by: .seconds(60)))
        #expect(session.expiresAt == self.run.start.advanced(by: .seconds(3660)))
        #expect(try await self.rotate(generation: 2, after: .seconds(61)).generation == 3)
    }

    @Test func `within ten seconds the replaced token gives the same successor`() async throws {
        let first = try await self.rotate(generation: 1, after: .seconds(60))
        let count = self.run.sink.entries.count
        #expect(try await self.rotate(generation: 1, after: .seconds(60)) == first)
        #expect(try await self.rotate(generation: 1, after: .seconds(70)) == first)
        #expect(self.run.sink.entries.count == count)
    }

    @Test func `after ten seconds the replaced token ends the session`() async throws {
        _ = try await self.rotate(generation: 1, after: .seconds(60))
        await #expect(throws: DirectoryRefusal.sessionOver) {
            try await self.rotate(generation: 1, after: .seconds(70) + .microseconds(1))
        }
        #expect(await self.isOver)
        guard case .revoke(.anna, self.id) = self.run.sink.entries.last?.notice.subscription else {
            Issue.record("its sockets stay open")
            return
        }
        await #expect(throws: DirectoryRefusal.sessionOver) {
            try await self.rotate(generation: 2, after: .seconds(71))
        }
    }

    @Test func `a token two generations old ends the session at once`() async throws {
        _ = try await self.rotate(generation: 1, after: .seconds(1))
        _ = try await self.rotate(generation: 2, after: .seconds(2))
        await #expect(throws: DirectoryRefusal.sessionOver) {
            try await self.rotate(generation: 1, after: .seconds(3))
        }
        #expect(await self.isOver)
    }

    @Test(arguments: [0, 2, 3, .max] as [UInt32])
    func `a generation that was never handed out ends the session`(generation: UInt32) async {
        await #expect(throws: DirectoryRefusal.sessionOver) {
            try await self.rotate(generation: generation, after: .seconds(3600) - .seconds(1))
        }
        #expect(await self.isOver)
    }

    @Test func `an expired session gives nothing`() async throws {
        await #expect(throws: DirectoryRefusal.sessionOver) {
            try await self.rotate(generation: 1, after: .seconds(3600))
        }
    }

    @Test func `without room a token stays good`() async throws {
        self.run.sink.hasRoom = false
        await #expect(throws: DirectoryRefusal.noRoom) {
            try await self.rotate(generation: 1, after: .seconds(1))
        }
        self.run.sink.hasRoom = true
        #expect(try await self.rotate(generation: 1, after: .seconds(2)).generation == 2)
    }

    @Test func `ending a session ends that one only, and twice is once`() async throws {
        let count = self.run.sink.entries.count
        try await self.run.directory.revoke(self.id)
        try await self.run.directory.revoke(self.id)
        #expect(self.run.sink.entries.count == count + 1)
        #expect(await self.isOver)
        #expect(await self.run.directory.state.session(SessionID(rawValue: 1)) != nil)
        #expect(self.run.rebuilt.session(self.id) == nil)
    }
}
