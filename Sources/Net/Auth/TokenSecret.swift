import CSodium
import Glibc

/// The secret that signs tokens: a file in the data folder that only the server's user can read.
///
/// The file holds the secret as hexadecimal digits and perhaps a newline. Whoever reads it can sign
/// in as anyone; whoever removes it signs everyone out.
package enum TokenSecret {
    package static let fileName = "token-secret"
    /// Of the file: far above what anyone needs, and enough to tell a wrong file.
    private static let fileBytesMax = 1024

    private static let isSodiumReady: Bool = sodium_init() >= 0

    /// Reads the secret, or makes one of 32 random bytes where there is no file yet.
    ///
    /// Two processes that make it at once get the same one. A crash leaves a whole file or none.
    ///
    /// - Throws: Where the file cannot be trusted or used; it is then unchanged.
    package static func load(
        orCreateIn folder: String
    ) throws(TokenSecretError) -> [UInt8] {
        let path = "\(folder)/\(Self.fileName)"
        if let secret = try Self.read(path) {
            return secret
        }
        try Self.create(path, in: folder)
        // What is in the folder now is the secret, whoever was first.
        guard let secret = try Self.read(path) else {
            throw .failed(operation: "read", path: path, code: ENOENT)
        }
        return secret
    }

    /// From the system's generator (getrandom).
    package static func random(count: Int) -> [UInt8] {
        precondition(Self.isSodiumReady, "libsodium starts")
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, initializedCount in
            if let start = bytes.baseAddress {
                randombytes_buf(start, count)
            }
            initializedCount = count
        }
    }

    package static func randomUInt64() -> UInt64 {
        Self.random(count: 8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Why there is no secret, as a sentence for the operator.
package enum TokenSecretError: Error, Equatable, CustomStringConvertible {
    case notAFile(path: String)
    case readableByOthers(path: String, mode: UInt32)
    case tooShort(path: String)
    case notHexadecimal(path: String)
    /// The system refused, with its `errno`.
    case failed(operation: String, path: String, code: Int32)

    package var description: String {
        switch self {
        case .notAFile(let path):
            "The token secret \(path) is not a regular file."
        case .readableByOthers(let path, let mode):
            "The token secret \(path) is open to other users (mode \(String(mode, radix: 8))): "
                + "run chmod 600 on it, or remove it to make a new one and sign everyone out."
        case .tooShort(let path):
            "The token secret \(path) is shorter than \(TokenSigner.secretBytesMin) bytes "
                + "(\(TokenSigner.secretBytesMin * 2) hexadecimal digits): restore it, "
                + "or remove it to make a new one and sign everyone out."
        case .notHexadecimal(let path):
            "The token secret \(path) does not consist of pairs of hexadecimal digits: restore it, "
                + "or remove it to make a new one and sign everyone out."
        case .failed(let operation, let path, let code):
            "Cannot \(operation) the token secret \(path): \(String(cString: strerror(code)))."
        }
    }
}

// MARK: - Reading

extension TokenSecret {
    /// Nil where there is no file.
    private static func read(_ path: String) throws(TokenSecretError) -> [UInt8]? {
        // Without O_NONBLOCK a named pipe of that name would keep the server from starting.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if file < 0 {
            guard errno == ENOENT else { throw Self.failure("open", path) }
            return nil
        }
        defer { close(file) }
        try Self.checkMode(of: file, path)
        return try Self.secret(fromText: try Self.text(of: file, path), path)
    }

    /// Of the open file, so that it cannot be exchanged between the check and the reading.
    private static func checkMode(of file: Int32, _ path: String) throws(TokenSecretError) {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Self.failure("examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_mode & 0o077 == 0 else {
            throw .readableByOthers(path: path, mode: status.st_mode & 0o7777)
        }
    }

    private static func text(
        of file: Int32,
        _ path: String
    ) throws(TokenSecretError) -> ArraySlice<UInt8> {
        var text = [UInt8](repeating: 0, count: Self.fileBytesMax + 1)
        var count = 0
        while count < text.count {
            let readCount = text.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if readCount < 0 && errno == EINTR { continue }
            guard readCount >= 0 else { throw Self.failure("read", path) }
            if readCount == 0 { break }
            count += readCount
        }
        return text[..<count]
    }

    private static func secret(
        fromText text: ArraySlice<UInt8>,
        _ path: String
    ) throws(TokenSecretError) -> [UInt8] {
        let digits = text.last == UInt8(ascii: "\n") ? text.dropLast() : text
        guard digits.count <= Self.fileBytesMax, digits.count.isMultiple(of: 2) else {
            throw .notHexadecimal(path: path)
        }
        var secret: [UInt8] = []
        var rest = digits
        while let high = rest.popFirst(), let low = rest.popFirst() {
            guard let high = Self.value(ofDigit: high), let low = Self.value(ofDigit: low) else {
                throw .notHexadecimal(path: path)
            }
            secret.append(high << 4 | low)
        }
        guard secret.count >= TokenSigner.secretBytesMin else { throw .tooShort(path: path) }
        return secret
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

// MARK: - Making

extension TokenSecret {
    /// Leaves the file of another process that was faster.
    private static func create(
        _ path: String,
        in folder: String
    ) throws(TokenSecretError) {
        let temporary = "\(path).\(String(Self.randomUInt64(), radix: 16)).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("create", temporary) }
        defer { unlink(temporary) }
        do {
            defer { close(file) }
            try Self.write(Self.newText(), to: file, temporary)
            guard fsync(file) == 0 else { throw Self.failure("sync", temporary) }
        }
        // A link and not a rename: a rename would replace the file of another process.
        guard link(temporary, path) == 0 || errno == EEXIST else {
            throw Self.failure("name", path)
        }
        try Self.syncFolder(folder)
    }

    private static func newText() -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        let secret = Self.random(count: TokenSigner.secretBytesMin)
        return secret.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            + [UInt8(ascii: "\n")]
    }

    private static func write(
        _ text: [UInt8],
        to file: Int32,
        _ path: String
    ) throws(TokenSecretError) {
        var rest = text[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func syncFolder(_ folder: String) throws(TokenSecretError) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Self.failure("sync the folder of", folder) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw Self.failure("sync the folder of", folder) }
    }

    /// Called before anything else can change `errno`.
    private static func failure(_ operation: String, _ path: String) -> TokenSecretError {
        .failed(operation: operation, path: path, code: errno)
    }
}
