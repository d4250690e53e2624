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
        let all = Self.cases + Self.limits + Self.compression
        var outcomes = try await self.outcomes(of: program, all, port: server.port)
        // The suite waits for a second or so only, which a busy machine may not keep to.
        let failed = outcomes.filter { !Self.passes($0.key, $0.value) }.keys.sorted()
        if !failed.isEmpty {
            let again = try await self.outcomes(of: program, failed, port: server.port)
            outcomes.merge(again) { $1 }
        }
        try await server.stop()
        self.checkCases(outcomes)
        self.checkLimits(outcomes)
    }

    private func outcomes(
        of program: String,
        _ cases: [String],
        port: Int
    ) async throws -> [String: Outcome] {
        let folder = try ThrowawayFolder()
        let plan: JSON = [
            "outdir": .string("\(folder.path)/report"),
            "servers": [["agent": "nodus", "url": .string("ws://127.0.0.1:\(port)")]],
            "cases": .array(cases.map { .string($0) }),
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
                done.resume(with: Result { try process.waitForExit(timeout: .seconds(1800)) })
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
            #expect(Self.passes(name, outcome), "case \(name): \(outcome)")
        }
        let count = counts.values.reduce(0, +)
        #expect(count == 247)
        let text = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        print("Autobahn: \(count) cases: \(text.joined(separator: ", "))")
    }

    private func checkLimits(_ outcomes: [String: Outcome]) {
        for name in ["9.1.1", "9.2.1"] + Self.compression {
            #expect(outcomes[name] != nil, "\(name)")
        }
        for (name, outcome) in outcomes where !Self.covers(Self.cases, name) {
            #expect(Self.passes(name, outcome), "case \(name): \(outcome)")
        }
    }

    private static func passes(_ name: String, _ outcome: Outcome) -> Bool {
        if Self.compression.contains(name) { return outcome.behavior == "UNIMPLEMENTED" }
        if Self.covers(Self.limits, name) {
            // The first of each is the longest message there is.
            return name.hasSuffix(".1")
                ? outcome.behavior == "OK" : outcome.remoteCloseCode == 1009
        }
        let clean = ["OK", "INFORMATIONAL"]
        // Where text goes wrong inside a frame, a server may wait for the end of it.
        let allowed = name.hasPrefix("6.4.") ? clean + ["NON-STRICT"] : clean
        return allowed.contains(outcome.behavior) && clean.contains(outcome.behaviorClose)
    }

    private static func covers(_ patterns: [String], _ name: String) -> Bool {
        patterns.contains { name.hasPrefix($0.dropLast()) }
    }
}
