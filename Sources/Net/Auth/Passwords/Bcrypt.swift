import CLibcrypt
import CSodium
import Glibc

/// The password hashes of an existing NODUS database, which are verified and never made.
///
/// The form is crypt(5)'s: `$2b$12$`, 22 characters of salt, 31 of result. `$2a$` and `$2y$` are
/// the same algorithm; `$2x$`, which keeps an old bug, is not taken.
enum Bcrypt {
    /// More of a password has no part in its hash. The original never refused longer ones, so they
    /// still match by their beginning here.
    static let passwordBytesMax = 72
    /// Each step doubles the time: 12, the original's, takes a quarter of a second, this one four.
    static let costMax = 16

    private static let prefixes = ["$2b$", "$2a$", "$2y$"]
    private static let hashBytes = 60
    private static let saltStart = 7

    static func isHash(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.hashBytes, Self.prefixes.contains(where: text.hasPrefix),
            let cost = Self.number(bytes[4], bytes[5]), (4...Self.costMax).contains(cost)
        else { return false }
        return bytes[6] == UInt8(ascii: "$") && bytes[Self.saltStart...].allSatisfy(Self.isDigit64)
    }

    /// Whether the hash stands for the whole password, and not only for its beginning.
    static func coversAll(of password: String) -> Bool {
        password.utf8.count <= Self.passwordBytesMax
    }

    /// Whether the hash, for which `isHash` holds, is the password's; nil where there was no memory
    /// to find out.
    ///
    /// A password with a NUL matches nothing: C would take what stands before it for the whole.
    static func verify(_ password: String, against hash: String) -> Bool? {
        guard !password.utf8.contains(0) else { return false }
        let key = password.utf8.prefix(Self.passwordBytesMax).map { CChar(bitPattern: $0) } + [0]
        var workspace: UnsafeMutableRawPointer?
        var workspaceBytes: CInt = 0
        defer { free(workspace) }
        errno = 0
        guard let made = crypt_ra(key, hash, &workspace, &workspaceBytes) else {
            return errno == ENOMEM ? nil : false
        }
        guard strlen(made) == Self.hashBytes else { return false }
        return sodium_memcmp(made, hash, Self.hashBytes) == 0
    }

    private static func number(_ tens: UInt8, _ ones: UInt8) -> Int? {
        let (tens, ones) = (tens &- UInt8(ascii: "0"), ones &- UInt8(ascii: "0"))
        return tens < 10 && ones < 10 ? Int(tens * 10 + ones) : nil
    }

    /// One of `./A-Za-z0-9`.
    private static func isDigit64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ".")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
