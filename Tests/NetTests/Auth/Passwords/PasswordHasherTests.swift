import Net
import Testing

struct PasswordHasherTests {
    @Test func `a hash names the algorithm and its parameters`() async throws {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        let hash = try await hasher.hash("correct horse")
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(hash.split(separator: "$").map(\.count) == [8, 4, 15, 22, 43])
        #expect(!hasher.needsRehash(hash))
        #expect(try await hasher.hash("correct horse") != hash, "each hash has its own salt")
    }

    @Test(arguments: [
        "correct horse", "", " ", "\u{0}", "a\u{0}b", "пароль", "🔐",
        String(repeating: "x", count: 1024),
    ])
    func `a password verifies and another does not`(password: String) async throws {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        let hash = try await hasher.hash(password)
        #expect(try await hasher.verify(password, against: hash))
        for other in [password + "x", password + "\u{0}", "x" + password] {
            #expect(try await !hasher.verify(other, against: hash))
        }
    }

    /// Made with another implementation of Argon2 (OpenSSL's).
    @Test func `a hash made elsewhere verifies`() async throws {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        let hash =
            "$argon2id$v=19$m=19456,t=2,p=1$"
            + "c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE"
        #expect(try await hasher.verify("password", against: hash))
        #expect(try await !hasher.verify("Password", against: hash))
        #expect(!hasher.needsRehash(hash))
    }

    @Test func `nobody has a password`() async throws {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        for password in ["", "password", "\u{0}"] {
            #expect(try await !hasher.verify(password, against: nil))
        }
    }

    /// Two passes over 19 MiB take milliseconds on any machine, and load only adds to that; an answer
    /// without the work takes microseconds.
    @Test func `an unknown user costs the work of a known one`() async throws {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        for _ in 0..<5 {
            let time = try await ContinuousClock().measure {
                _ = try await hasher.verify("x", against: nil)
            }
            #expect(time > .milliseconds(2))
        }
    }

    @Test(arguments: [
        "", "$", "x", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$",
        "$argon2d$v=19$m=8,t=1,p=1$a$b",
        "$argon2id$v=19$m=0,t=0,p=0$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=99999999999999999999,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAA",
        String(repeating: "$argon2id$", count: 1_000), "\u{0}",
    ])
    func `a text that is no argon2id hash verifies nothing and asks for a new one`(
        hash: String
    ) async throws {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        #expect(try await !hasher.verify("secret", against: hash))
        #expect(hasher.needsRehash(hash))
    }

    @Test(arguments: ["m=19456,t=3,p=1", "m=19455,t=2,p=1", "m=65536,t=2,p=1", "m=8,t=1,p=1"])
    func `other parameters ask for a new hash`(parameters: String) {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        let tail = "c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        #expect(!hasher.needsRehash("$argon2id$v=19$m=19456,t=2,p=1$\(tail)"))
        #expect(hasher.needsRehash("$argon2id$v=19$\(parameters)$\(tail)"))
        #expect(hasher.needsRehash("$argon2i$v=19$m=19456,t=2,p=1$\(tail)"))
    }

    @Test func `more than may wait are refused, and the others answered`() async throws {
        let hasher = PasswordHasher(threadCount: 1, waitingMax: 2)
        defer { hasher.shutdown() }
        let (answered, refused) = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask { (try? await hasher.verify("x", against: nil)) != nil }
            }
            return await group.reduce(into: (0, 0)) { counts, isAnswered in
                if isAnswered { counts.0 += 1 } else { counts.1 += 1 }
            }
        }
        #expect(answered + refused == 20)
        #expect(answered >= 3)
        #expect(try await !hasher.verify("x", against: nil), "there is room again")
    }

    @Test func `after the shutdown everything is refused`() async {
        let hasher = PasswordHasher(threadCount: 1)
        hasher.shutdown()
        await #expect(throws: PasswordHasher.Busy.self) { try await hasher.hash("x") }
        await #expect(throws: PasswordHasher.Busy.self) {
            try await hasher.verify("x", against: nil)
        }
        hasher.shutdown()
    }
}
