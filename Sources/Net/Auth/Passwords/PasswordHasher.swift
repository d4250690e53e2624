import CSodium
import Glibc

/// Argon2id with the parameters that OWASP asks for (19 MiB, 2 passes, 1 lane), on threads of its
/// own: a hash takes tens of milliseconds and would stop an event loop for as long. The bcrypt
/// hashes of an existing database are verified too.
///
/// Callers refuse passwords above `passwordBytesMax` before they come here.
package final class PasswordHasher: Sendable {
    package typealias Busy = WorkerPool.Busy

    private let pool: WorkerPool
    /// What a password is verified against where there is no user: random bytes where the result of
    /// Argon2 would stand, so it costs the same and nothing matches it.
    private let decoy: String

    package static let passwordBytesMax = 1024
    package static let waitingMaxDefault = 64
    private static let operations: UInt64 = 2
    private static let memoryBytes = 19 * 1024 * 1024

    /// - Parameters:
    ///   - threadCount: Hashes at once, each with 19 MiB.
    ///   - waitingMax: Calls that may wait for a thread. More are refused with `Busy`.
    package init(
        threadCount: Int = PasswordHasher.coreCount,
        waitingMax: Int = PasswordHasher.waitingMaxDefault
    ) {
        // Starts libsodium, which then knows the vector instructions to run Argon2 with.
        self.decoy = Self.makeDecoy()
        self.pool = WorkerPool(threadCount: threadCount, waitingMax: waitingMax)
    }

    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Hashes that wait or run.
    package var unfinishedCount: Int { self.pool.unfinishedCount }

    /// A `$argon2id$` text with its own salt and parameters.
    ///
    /// - Throws: `Busy` where too many wait, or the system has no 19 MiB left.
    package func hash(_ password: String) async throws(Busy) -> String {
        guard let hash = try await self.pool.run({ Self.hash(password) }) else { throw Busy() }
        return hash
    }

    /// False for a wrong password, for a text that is no hash, and always where `hash` is nil: the
    /// user is unknown, which takes the time that an Argon2 hash does. (A bcrypt hash takes longer,
    /// and so can be told from no user until its owner's first login replaces it.)
    ///
    /// - Throws: `Busy` where too many wait, or the system has no memory left: never an answer.
    package func verify(_ password: String, against hash: String?) async throws(Busy) -> Bool {
        let stored = hash ?? self.decoy
        let answer = try await self.pool.run { Self.verify(password, against: stored) }
        guard let answer else { throw Busy() }
        return answer && hash != nil
    }

    /// Whether the hash was made in another way than `hash` makes them now.
    package func needsRehash(_ hash: String) -> Bool {
        !hash.hasPrefix(crypto_pwhash_argon2id_STRPREFIX)
            || crypto_pwhash_str_needs_rehash(hash, Self.operations, Self.memoryBytes) != 0
    }

    /// What to keep instead of `hash` for a password that it has just verified; nil where it is as
    /// good as a new one, or says nothing about the end of a long password, which may be mistyped.
    ///
    /// - Throws: `Busy` as `hash` does.
    package func rehash(
        _ password: String,
        replacing hash: String
    ) async throws(Busy) -> String? {
        guard self.needsRehash(hash), !Bcrypt.isHash(hash) || Bcrypt.coversAll(of: password) else {
            return nil
        }
        return try await self.hash(password)
    }

    /// Ends the threads after the hashes that run; the calls that wait get `Busy`.
    package func shutdown() {
        self.pool.shutdown()
    }

    private static func hash(_ password: String) -> String? {
        var isMade = false
        let capacity = Int(crypto_pwhash_argon2id_STRBYTES)
        let text = String(unsafeUninitializedCapacity: capacity) { text in
            text.withMemoryRebound(to: CChar.self) { text in
                guard let start = text.baseAddress else { return 0 }
                let status = crypto_pwhash_str_alg(
                    start,
                    password,
                    UInt64(password.utf8.count),
                    Self.operations,
                    Self.memoryBytes,
                    crypto_pwhash_argon2id_ALG_ARGON2ID13
                )
                isMade = status == 0
                return isMade ? strlen(start) : 0
            }
        }
        return isMade ? text : nil
    }

    /// Nil where there was no memory to find out.
    private static func verify(_ password: String, against hash: String) -> Bool? {
        if Bcrypt.isHash(hash) { return Bcrypt.verify(password, against: hash) }
        errno = 0
        if crypto_pwhash_str_verify(hash, password, UInt64(password.utf8.count)) == 0 {
            return true
        }
        return errno == ENOMEM ? nil : false
    }

    private static func makeDecoy() -> String {
        let salt = Base64.encode(TokenSecret.random(count: Int(crypto_pwhash_argon2id_SALTBYTES)))
        let result = Base64.encode(TokenSecret.random(count: 32))
        let parameters = "v=19$m=\(Self.memoryBytes / 1024),t=\(Self.operations),p=1"
        return "\(crypto_pwhash_argon2id_STRPREFIX)\(parameters)$\(salt)$\(result)"
    }
}
