import Foundation
import Shards
import TestSupport
import Testing

@Suite struct AccountTests {
    private let run = DirectoryRun()

    @Test func `users get ids from 1, a tag and a session`() async throws {
        let anna = try await self.run.register("anna@example.org")
        #expect(anna.value.user.id == .anna)
        #expect(anna.value.user.tag == "anna_1")
        #expect(anna.value.session.user == .anna)
        #expect(anna.value.session.generation == 1)
        #expect(anna.after == Position(rawValue: 2))
        let boris = try await self.run.register("boris@example.org")
        #expect(boris.value.user.id == .boris)
        let state = await self.run.directory.state
        #expect(state.user(email: "anna@example.org")?.id == .anna)
        #expect(state.user(tag: try #require(Tag("boris_2")))?.id == .boris)
        #expect(state.user(UserID(rawValue: 3)) == nil)
        #expect(state.user(UserID(rawValue: 0)) == nil)
        #expect(state.user(UserID(rawValue: .max)) == nil)
        #expect(state.allUsers.map(\.id) == [.anna, .boris])
    }

    @Test func `a mail address is taken once, in any case`() async throws {
        _ = try await self.run.register("Anna@example.org")
        await #expect(throws: DirectoryRefusal.emailTaken) {
            try await self.run.register("aNNA@EXAMPLE.org")
        }
        #expect(self.run.sink.entries.count == 2)
    }

    @Test func `without room nobody registers and nothing has changed`() async throws {
        self.run.sink.hasRoom = false
        await #expect(throws: DirectoryRefusal.noRoom) {
            try await self.run.register("anna@example.org")
        }
        #expect(await self.run.directory.state.user(email: "anna@example.org") == nil)
        self.run.sink.hasRoom = true
        #expect(try await self.run.register("anna@example.org").value.user.id == .anna)
    }

    @Test func `a tag is one person's until they take another`() async throws {
        _ = try await self.run.register("anna@example.org")
        _ = try await self.run.register("boris@example.org")
        let tea = try #require(Tag("tea"))
        let directory = self.run.directory
        #expect(try await directory.changeTag(of: .anna, to: tea).value.tag == "tea")
        await #expect(throws: DirectoryRefusal.tagTaken) {
            try await directory.changeTag(of: .boris, to: tea)
        }
        // One's own tag again is nothing new.
        let count = self.run.sink.entries.count
        _ = try await directory.changeTag(of: .anna, to: tea)
        #expect(self.run.sink.entries.count == count)
        _ = try await directory.changeTag(of: .anna, to: try #require(Tag("coffee")))
        #expect(try await directory.changeTag(of: .boris, to: tea).value.id == .boris)
        #expect(await directory.state.user(tag: try #require(Tag("anna_1"))) == nil)
    }

    @Test func `a first tag that somebody has gets a number`() async throws {
        _ = try await self.run.register("anna@example.org")
        let wanted = try #require(Tag("boris_2"))
        _ = try await self.run.directory.changeTag(of: .anna, to: wanted)
        #expect(try await self.run.register("boris@example.org").value.user.tag == "boris_2_2")
    }

    @Test func `a profile changes where it is asked to`() async throws {
        _ = try await self.run.register("anna@example.org")
        let directory = self.run.directory
        var user = try await directory.changeProfile(
            of: .anna,
            displayName: "A",
            avatarURL: .some("u")
        ).value
        #expect(user.displayName == "A")
        #expect(user.avatarURL == "u")
        user = try await directory.changeProfile(of: .anna, displayName: nil, avatarURL: nil).value
        #expect(user.avatarURL == "u")
        user = try await directory.changeProfile(
            of: .anna,
            displayName: nil,
            avatarURL: .some(nil)
        ).value
        #expect(user.displayName == "A")
        #expect(user.avatarURL == nil)
        try await directory.changePasswordHash(of: .anna, from: "$argon2id$", to: "new")
        #expect(await directory.state.user(.anna)?.passwordHash == "new")
        try await directory.changePasswordHash(of: .anna, from: "$argon2id$", to: "late")
        #expect(await directory.state.user(.anna)?.passwordHash == "new")
        await #expect(throws: DirectoryRefusal.userNotFound) {
            try await directory.changeProfile(of: .dmitri, displayName: "x", avatarURL: nil)
        }
    }

    @Test func `the journal rebuilds accounts, tags and sessions`() async throws {
        let anna = try await self.run.register("anna@example.org")
        _ = try await self.run.register("boris@example.org")
        let directory = self.run.directory
        _ = try await directory.changeTag(of: .anna, to: try #require(Tag("tea")))
        _ = try await directory.changeTag(of: .boris, to: try #require(Tag("anna_1")))
        try await directory.revoke(anna.value.session.id)
        await directory.wentOffline(.anna, lastSeen: self.run.start)
        let rebuilt = self.run.rebuilt
        let state = await directory.state
        #expect(Array(rebuilt.allUsers) == Array(state.allUsers))
        #expect(rebuilt.user(tag: try #require(Tag("tea")))?.id == .anna)
        #expect(rebuilt.user(tag: try #require(Tag("anna_1")))?.id == .boris)
        #expect(rebuilt.session(anna.value.session.id) == nil)
        #expect(rebuilt.lastPosition == state.lastPosition)
        #expect(rebuilt.nextUser == UserID(rawValue: 3))
    }

    @Test func `only its owner is shown a mail address`() throws {
        var user = DirectoryRun.draft("anna@example.org", name: "\"A\"\n")
        user.avatarURL = "https://example.org/a?b=\"c\""
        for isOwn in [true, false] {
            var json = JSONWriter()
            user.write(to: &json, showingEmail: isOwn)
            let object = try #require(try Answer.object(from: json.bytes))
            let fields: Set = ["id", "email", "display_name", "tag", "avatar_url", "created_at"]
            #expect(Set(object.keys) == fields)
            #expect(object["email"] as? String == (isOwn ? "anna@example.org" : nil))
            #expect(object["display_name"] as? String == "\"A\"\n")
        }
    }
}

extension DirectoryState {
    /// Everybody, by id.
    fileprivate var allUsers: [User] {
        (1..<self.nextUser.rawValue).compactMap { self.user(UserID(rawValue: $0)) }
    }
}
