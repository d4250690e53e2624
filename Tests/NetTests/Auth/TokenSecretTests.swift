import Glibc
import Net
import Testing

struct TokenSecretTests {
    /// A folder of its own for each test, removed afterwards with what is in it.
    private func withFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/nodus-token-secret-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer {
            for name in self.names(in: folder) { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        try body(folder)
    }

    private func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func write(_ text: String, mode: mode_t = 0o600, to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = text.utf8CString.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count - 1) }
        fchmod(file, mode)
        close(file)
    }

    private func mode(of path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private let digits = String(repeating: "0123456789abcdef", count: 4)

    @Test func `the first start makes a secret that only its user can read`() throws {
        try self.withFolder { folder in
            let secret = try TokenSecret.load(orCreateIn: folder)
            #expect(secret.count == 32)
            #expect(Set(secret).count > 8, "the bytes are random")
            #expect(self.names(in: folder) == ["token-secret"], "nothing else is left behind")
            #expect(self.mode(of: "\(folder)/token-secret") == 0o600)
            let again = try TokenSecret.load(orCreateIn: folder)
            #expect(again == secret)
        }
    }

    @Test func `two folders have two secrets`() throws {
        try self.withFolder { first in
            try self.withFolder { second in
                let secret = try TokenSecret.load(orCreateIn: first)
                let other = try TokenSecret.load(orCreateIn: second)
                #expect(secret != other)
            }
        }
    }

    @Test func `a secret written by hand is read in either case, newline or not`() throws {
        try self.withFolder { folder in
            let path = "\(folder)/token-secret"
            let expected = (0..<4).flatMap { _ in
                [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef] as [UInt8]
            }
            for text in [self.digits, "\(self.digits)\n", self.digits.uppercased()] {
                self.write(text, to: path)
                let secret = try TokenSecret.load(orCreateIn: folder)
                #expect(secret == expected)
            }
            self.write(self.digits + self.digits, mode: 0o400, to: path)
            let longer = try TokenSecret.load(orCreateIn: folder)
            #expect(longer == expected + expected)
        }
    }

    @Test(arguments: [0o604, 0o640, 0o644, 0o660, 0o602, 0o610, 0o777] as [mode_t])
    func `a file open to others is refused and left as it was`(mode: mode_t) throws {
        try self.withFolder { folder in
            let path = "\(folder)/token-secret"
            self.write(self.digits, mode: mode, to: path)
            let error = TokenSecretError.readableByOthers(path: path, mode: mode)
            #expect(throws: error) { try TokenSecret.load(orCreateIn: folder) }
            #expect(error.description.contains("mode \(String(mode, radix: 8))"))
            #expect(self.mode(of: path) == mode)
        }
    }

    @Test func `a short, damaged or overlong file is refused and never replaced`() throws {
        try self.withFolder { folder in
            let path = "\(folder)/token-secret"
            for (text, error) in [
                ("", TokenSecretError.tooShort(path: path)),
                ("\n", .tooShort(path: path)),
                ("ab", .tooShort(path: path)),
                (String(self.digits.dropLast(2)), .tooShort(path: path)),
                (String(self.digits.dropLast(1)), .notHexadecimal(path: path)),
                (self.digits + "0", .notHexadecimal(path: path)),
                (self.digits + "\n\n", .notHexadecimal(path: path)),
                (self.digits + "\r\n", .notHexadecimal(path: path)),
                (" " + self.digits + "\n ", .notHexadecimal(path: path)),
                (self.digits.replacing("f", with: "g"), .notHexadecimal(path: path)),
                (String(repeating: "ab", count: 513), .notHexadecimal(path: path)),
                (String(repeating: "\0", count: 64), .notHexadecimal(path: path)),
            ] {
                self.write(text, to: path)
                #expect(throws: error) { try TokenSecret.load(orCreateIn: folder) }
                #expect(throws: error) { try TokenSecret.load(orCreateIn: folder) }
                #expect(self.names(in: folder) == ["token-secret"])
            }
        }
    }

    @Test func `what is not a regular file is refused without waiting for it`() throws {
        try self.withFolder { folder in
            let path = "\(folder)/token-secret"
            mkfifo(path, 0o600)
            #expect(throws: TokenSecretError.notAFile(path: path)) {
                try TokenSecret.load(orCreateIn: folder)
            }
            unlink(path)
            mkdir(path, 0o700)
            defer { rmdir(path) }
            #expect(throws: TokenSecretError.notAFile(path: path)) {
                try TokenSecret.load(orCreateIn: folder)
            }
        }
    }

    @Test func `a folder that is not there is named in the error`() throws {
        try self.withFolder { folder in
            #expect {
                try TokenSecret.load(orCreateIn: "\(folder)/missing")
            } throws: { error in
                "\(error)".contains("\(folder)/missing/token-secret")
                    && "\(error)".contains("No such file or directory")
            }
        }
    }

    @Test func `the leftover of a crash does not stand in the way`() throws {
        try self.withFolder { folder in
            self.write("abc", to: "\(folder)/token-secret.0123.tmp")
            let secret = try TokenSecret.load(orCreateIn: folder)
            let again = try TokenSecret.load(orCreateIn: folder)
            #expect(again == secret)
        }
    }

    @Test func `many that start at once get one secret`() async throws {
        for _ in 0..<20 {
            var template = Array("/tmp/nodus-token-secret-XXXXXX".utf8CString)
            let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
            let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<8 {
                    group.addTask { try TokenSecret.load(orCreateIn: folder) }
                }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }
            #expect(secrets.count == 1)
            #expect(self.names(in: folder) == ["token-secret"])
            unlink("\(folder)/token-secret")
            rmdir(folder)
        }
    }

    @Test func `random bytes are as many as asked for, and other ones each time`() {
        #expect(TokenSecret.random(count: 0).isEmpty)
        #expect(TokenSecret.random(count: 33).count == 33)
        #expect(TokenSecret.random(count: 32) != TokenSecret.random(count: 32))
        #expect(Set((0..<1_000).map { _ in TokenSecret.randomUInt64() }).count == 1_000)
        let bits = (0..<1_000).reduce(UInt64(0)) { bits, _ in bits | TokenSecret.randomUInt64() }
        #expect(bits == .max, "no bit is always zero")
    }
}
