import Foundation
import TestSupport
import Testing

/// The Autobahn test suite against the server's own reading and writing of frames.
struct AutobahnTests {
    /// Framing, pings, reserved bits, opcodes, fragments, UTF-8, closing, long messages in pieces.
    private static let cases = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]
    /// Of 64 KiB, the longest messages there are, and longer ones; then compression.
    private static let limits = ["9.1.*", "9.2.*"]
    private static let compression = ["12.1.1", "13.1.1"]

    private struct Outcome: Decodable {
        let behavior: String
        let behaviorClose: String
        let remoteCloseCode: Int?
    }

    private typealias Report = [String: [String: Outcome]]

    @Test func `all cases pass`() async throws {
        let build = URL(filePath: #filePath).pathComponents.prefix { $0 != "Tests" }
        let folder = NSString.path(withComponents: build + [".build-autobahn"])
        let program = "\(folder)/bin/wstest"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            let missing = try? String(contentsOfFile: "\(folder)/missing", encoding: .utf8)
            let reason = missing ?? "scripts/autobahn, which installs it, has not been run\n"
            return print("NOT RUN: Autobahn: \(reason)", terminator: "")
        }
        let server = try await EchoServer()
        let outcomes = try await self.outcomes(of: program, port: server.port)
        try await server.stop()
        self.checkCases(outcomes)
        self.checkLimits(outcomes)
    }

    private func outcomes(of program: String, port: Int) async throws -> [String: Outcome] {
        let folder = try ThrowawayFolder()
        let plan: JSON = [
            "outdir": .string("\(folder.path)/report"),
            "servers": [["agent": "nodus", "url": .string("ws://127.0.0.1:\(port)")]],
            "cases": .array((Self.cases + Self.limits + Self.compression).map { .string($0) }),
            "exclude-cases": [], "exclude-agent-cases": [:],
        ]
        try Data(plan.bytes).write(to: URL(filePath: "\(folder.path)/plan.json"))
        let process = try ChildProcess(
            program,
            ["-m", "fuzzingclient", "-s", "\(folder.path)/plan.json"],
            environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"],
            folder: folder.path,
            errorFile: "\(folder.path)/errors"
        )
        // On a thread of its own: it takes minutes.
        let status = try await withCheckedThrowingContinuation { done in
            Thread.detachNewThread {
                done.resume(with: Result { try process.waitForExit(timeout: .seconds(400)) })
            }
        }
        let errors = try? String(contentsOfFile: "\(folder.path)/errors", encoding: .utf8)
        #expect(status == 0, "\(errors ?? "")")
        let index = try Data(contentsOf: URL(filePath: "\(folder.path)/report/index.json"))
        return try #require(try JSONDecoder().decode(Report.self, from: index)["nodus"])
    }

    private func checkCases(_ outcomes: [String: Outcome]) {
        var counts: [String: Int] = [:]
        for (name, outcome) in outcomes where Self.covers(Self.cases, name) {
            counts[outcome.behavior, default: 0] += 1
            var allowed: Set = ["OK", "INFORMATIONAL"]
            // Where text goes wrong inside a frame, a server may wait for the end of it.
            if name.hasPrefix("6.4.") { allowed.insert("NON-STRICT") }
            #expect(allowed.contains(outcome.behavior), "case \(name): \(outcome)")
            let isClean = ["OK", "INFORMATIONAL"].contains(outcome.behaviorClose)
            #expect(isClean, "case \(name): \(outcome)")
        }
        let count = counts.values.reduce(0, +)
        #expect(count == 247)
        let text = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        print("Autobahn: \(count) cases: \(text.joined(separator: ", "))")
    }

    private func checkLimits(_ outcomes: [String: Outcome]) {
        for name in ["9.1.1", "9.2.1"] {
            #expect(outcomes[name]?.behavior == "OK", "\(name)")
        }
        for (name, outcome) in outcomes where Self.covers(Self.limits, name) {
            guard !name.hasSuffix(".1") else { continue }
            #expect(outcome.remoteCloseCode == 1009, "case \(name): \(outcome)")
        }
        for name in Self.compression {
            #expect(outcomes[name]?.behavior == "UNIMPLEMENTED", "\(name)")
        }
    }

    private static func covers(_ patterns: [String], _ name: String) -> Bool {
        patterns.contains { name.hasPrefix($0.dropLast()) }
    }
}
