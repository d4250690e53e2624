import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct CommandLineTests {
    /// Runs the program and expects that it ends with one sentence.
    private func expectStop(
        _ arguments: [String],
        _ environment: [String: String] = [:],
        in folder: ThrowawayFolder? = nil,
        saying words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try ServerProcess.run(arguments, environment: environment, in: folder)
        #expect(outcome.status != 0, sourceLocation: sourceLocation)
        #expect(outcome.status < 128, "ended by a signal", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
        let text = outcome.errorOutput.trimmingCharacters(in: .newlines)
        // What is logged on the way to it begins with a time.
        let sentences = text.split(separator: "\n").filter { $0.hasPrefix("Error: ") }
        #expect(sentences.count == 1, "\(text)", sourceLocation: sourceLocation)
        let sentence = String(sentences.first ?? "")
        #expect(text.hasSuffix(sentence), "\(text)", sourceLocation: sourceLocation)
        #expect(sentence.hasSuffix("."), "\(sentence)", sourceLocation: sourceLocation)
        for word in words {
            #expect(sentence.contains(word), "\(sentence)", sourceLocation: sourceLocation)
        }
    }

    @Test func `the help names every command and option`() throws {
        let help = try ServerProcess.run(["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("serve"))
        let serve = try ServerProcess.run(["serve", "--help"])
        #expect(serve.status == 0)
        for option in [
            "--host", "--port", "--data-dir", "--snapshot-dir", "--shards", "--no-limits",
            "--cors-origins", "--log-level",
        ] { #expect(serve.output.contains(option)) }
    }

    @Test func `the version is printed`() throws {
        let outcome = try ServerProcess.run(["--version"])
        #expect(outcome.status == 0)
        let numbers = outcome.output.trimmingCharacters(in: .newlines).split(separator: ".")
        #expect(numbers.count == 3)
        #expect(numbers.allSatisfy { Int($0) != nil })
    }

    @Test func `an unknown option is named`() throws {
        let outcome = try ServerProcess.run(["serve", "--prot", "5"])
        #expect(outcome.status == 64)
        #expect(outcome.errorOutput.contains("--prot"))
    }

    @Test(arguments: [
        ("--port", "abc"), ("--port", "65536"), ("--port", "-1"), ("--shards", "0"),
        ("--shards", "many"), ("--shards", "1025"), ("--journal-segment-bytes", "5"),
        ("--log-level", "loud"),
    ])
    func `an option that is wrong is named with its value`(option: String, value: String) throws {
        try self.expectStop(["serve", "\(option)=\(value)"], saying: option, "\"\(value)\"")
    }

    @Test(arguments: [
        ("NODUS_PORT", "abc"), ("NODUS_SHARDS", "0"), ("NODUS_LOG_LEVEL", "loud"),
        ("NODUS_LIMIT_SENDS", "-1"), ("NODUS_LIMIT_LOGINS", "few"), ("NODUS_LIMIT_SENDS", "nan"),
        ("NODUS_LIMIT_SOCKETS_PER_USER", "1.5"), ("NODUS_LIMIT_SENDS_BURST", "inf"),
    ])
    func `a variable that is wrong is named with its value`(name: String, value: String) throws {
        try self.expectStop(["serve"], [name: value], saying: name, "\"\(value)\"")
    }

    @Test func `a wrong setting touches nothing`() throws {
        let folder = try ThrowawayFolder()
        _ = try ServerProcess.run(["serve", "--port=x"], in: folder)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["stderr.log"])
    }

    @Test func `the option counts more than the variable`() throws {
        let folder = try ThrowawayFolder()
        let server = try ServerProcess.small(environment: ["NODUS_PORT": "1"], in: folder)
        #expect(server.port > 1)
    }

    @Test func `settings may come from the environment alone`() throws {
        let folder = try ThrowawayFolder()
        let environment = [
            "NODUS_PORT": "x", "NODUS_DATA_DIR": "\(folder.path)/d",
        ]
        try self.expectStop(["serve"], environment, in: folder, saying: "NODUS_PORT")
    }

    @Test func `a port that is taken is named`() throws {
        let port = try SharedServer.get().port
        try self.expectStop(
            ["serve", "--port", "\(port)"],
            saying: "Port \(port)",
            "in use",
            "--port"
        )
    }

    @Test func `an address that is none is named`() throws {
        try self.expectStop(
            ["serve", "--host", "203.0.113.7", "--port", "0"],
            saying: "203.0.113.7"
        )
    }

    @Test func `two servers do not share a folder`() throws {
        let server = try SharedServer.get()
        try self.expectStop(
            ["serve", "--port", "0", "--data-dir", server.dataFolder],
            saying: server.dataFolder
        )
        expect(try HTTPClient(server).send("GET", "/health"), 200)
    }

    @Test func `a folder that cannot be made is named`() throws {
        let folder = try ThrowawayFolder()
        let path = "\(folder.path)/file"
        #expect(FileManager.default.createFile(atPath: path, contents: Data()))
        for folder in ["\(path)/data", "/proc/nodus"] {
            try self.expectStop(["serve", "--port", "0", "--data-dir", folder], saying: folder)
        }
        try self.expectStop(["serve", "--port", "0", "--data-dir", path], saying: path)
    }

    @Test func `a secret that is no secret is named`() throws {
        let server = try ServerProcess.small()
        try server.stop()
        let files = try FileManager.default.contentsOfDirectory(atPath: server.dataFolder)
        let secret = try #require(files.first { $0.contains("secret") })
        let path = "\(server.dataFolder)/\(secret)"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        try Data("short".utf8).write(to: URL(filePath: path))
        try self.expectStop(
            ["serve", "--port", "0", "--data-dir", server.dataFolder],
            saying: path
        )
    }

    @Test func `the folder belongs to its owner alone`() throws {
        let path = try SharedServer.get().dataFolder
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test(arguments: [2, 15] as [Int32])
    func `both ways to stop end well`(signal: Int32) throws {
        let server = try ServerProcess.small()
        server.signal(signal)
        #expect(try server.waitForExit() == 0)
        // And the folder is free.
        try server.restart()
        expect(try HTTPClient(server).send("GET", "/health"), 200)
    }

    @Test func `no password and no token is logged`() throws {
        let server = try ServerProcess.small(["--no-limits", "--log-level", "trace"])
        let ann = try Person("Ann", on: server)
        let socket = try ann.connect()
        expect(try ann.logIn(), 200)
        expect(try ann.get("/users/me"), 200)
        try socket.close()
        try server.stop()
        #expect(!server.log.contains(ann.accessToken))
        #expect(!server.log.contains(ann.refreshToken))
        #expect(!server.log.contains(ann.password))
    }
}
