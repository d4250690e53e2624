import Net
import Testing

/// Hashes made by others, and what an existing database may hold.
struct BcryptTests {
    /// From the tests of Openwall's crypt_blowfish and of jBCrypt; the longest is known by its first
    /// 72 bytes.
    static let vectors: [(password: String, hash: String)] = [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
        ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
        ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
        (
            "~!@#$%^&*()      ~!@#$%^&*()PNBFRD",
            "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"
        ),
        ("secret", "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"),
        (Self.long, "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"),
    ]

    /// 72 bytes.
    static let long = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

    private func verify(_ password: String, _ hash: String) async throws -> Bool {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        return try await hasher.verify(password, against: hash)
    }

    @Test(arguments: Self.vectors)
    func `the password of a known hash verifies and another does not`(
        password: String,
        hash: String
    ) async throws {
        #expect(try await self.verify(password, hash))
        for other in ["x\(password)", String(password.dropLast()) + "?", password.uppercased()]
        where other != password { #expect(try await !self.verify(other, hash)) }
    }

    @Test(arguments: ["$2a$", "$2b$", "$2y$"])
    func `three prefixes are one algorithm`(prefix: String) async throws {
        let tail = "05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        #expect(try await self.verify("U*U", prefix + tail))
        #expect(try await !self.verify("U*V", prefix + tail))
    }

    @Test func `of a long password the first 72 bytes count, as in the original`() async throws {
        let (_, hash) = Self.vectors[8]
        #expect(try await self.verify(Self.long + "chars after 72 are ignored", hash))
        #expect(try await self.verify(Self.long + String(repeating: "ы", count: 400), hash))
        #expect(try await !self.verify(String(Self.long.dropLast()), hash))
        #expect(try await !self.verify(String(Self.long.dropLast()) + "x", hash))
    }

    /// `"a\0a"` repeats to the same key as `"a"`, and C reads `"a\0b"` as `"a"`.
    @Test func `a password with a NUL matches nothing`() async throws {
        let (_, hash) = Self.vectors[4]
        for password in ["a\u{0}", "a\u{0}a", "a\u{0}b", "\u{0}a", "\u{0}"] {
            #expect(try await !self.verify(password, hash))
        }
        let (_, empty) = Self.vectors[3]
        #expect(try await !self.verify("\u{0}", empty))
        let (_, long) = Self.vectors[8]
        #expect(try await !self.verify(Self.long + "\u{0}", long))
    }

    /// What is almost a hash is none. A cost that would hold a thread for too long is refused: the
    /// hash of cost 17 is that of the password, and one of cost 31 would take a day.
    @Test(arguments: [
        "$2b$", "$2b$05$", "$2$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$5$CCCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$17$CCCCCCCCCCCCCCCCCCCCC.2ifHGhhKuIybbjk8zuf6otPVErocP5e",
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$+5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC:E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe\u{0}",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOы",
        "*0", "$1$CCCCCCCC$E5YPO9kmyuRGyh0XouQYb4",
    ])
    func `what is no bcrypt hash verifies nothing`(hash: String) async throws {
        #expect(try await !self.verify("U*U", hash))
    }

    @Test func `a verified password is hashed anew where all of it is known`() async throws {
        let hasher = PasswordHasher(threadCount: 1)
        defer { hasher.shutdown() }
        let (password, old) = Self.vectors[0]
        let new = try #require(try await hasher.rehash(password, replacing: old))
        #expect(new.hasPrefix("$argon2id$"))
        #expect(try await hasher.verify(password, against: new))
        #expect(try await hasher.rehash(password, replacing: new) == nil)

        let (whole, hash) = Self.vectors[8]
        #expect(try await hasher.rehash(whole, replacing: hash) != nil)
        let mistyped = whole + "and a tail that nobody has checked"
        #expect(try await hasher.verify(mistyped, against: hash))
        #expect(try await hasher.rehash(mistyped, replacing: hash) == nil)
    }

    @Test func `where there is no room nothing is hashed anew`() async {
        let hasher = PasswordHasher(threadCount: 1)
        hasher.shutdown()
        await #expect(throws: PasswordHasher.Busy.self) {
            try await hasher.rehash("U*U", replacing: Self.vectors[0].hash)
        }
    }
}
