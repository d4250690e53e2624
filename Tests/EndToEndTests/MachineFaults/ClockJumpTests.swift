import Foundation
import TestSupport
import Testing

/// The wall clock jumps and stands still while the server runs; the monotonic clock does not.
///
/// What happens: order, ids, limits, timers and sockets that are open do not notice. Tokens are
/// judged by the clock as it is: a jump forward ends them, and after a jump back of more than a
/// minute those made before are not valid yet. In both cases a login gets one that is good. Times
/// in answers are the clock's. Idempotency keys are kept for a day of the clock's, so a jump of a
/// day forgets them, and a request that is repeated after it is done once more.
@Suite(.blocking, .serialized) struct ClockJumpTests {
    private static let suite = "clock jumps"
    private static let roundsMax = Machine.isSoak ? 10 : 1
    private static let day = 86_400

    /// What libfaketime reads: an offset, or a time at which the clock stands.
    enum Jump: String, CaseIterable {
        case dayAhead = "+1d"
        case dayBack = "-1d"
        case hourAhead = "+1h"
        case hourBack = "-1h"
        case frozen = "2030-01-01 00:00:00"
        case real = "+0"
    }

    @Test(.timeLimit(.minutes(10))) func `order and ids do not follow the wall clock`() throws {
        guard let clock = try Clock() else { return }
        var traffic = CrashRun.Traffic()
        traffic.tolerance = .expiredTokens
        traffic.repeats = false
        let server = try ServerProcess.small(environment: clock.environment)
        let how = "faketime: +1 d, -1 d, +1 h, -1 h, frozen, real"
        try MachineRun.on("clock jumps", how, server, traffic) { run in
            for jump in Array(repeating: Jump.allCases, count: Self.roundsMax).joined() {
                try run.waitForAnswers(100)
                let start = ContinuousClock.now
                try clock.set(jump)
                try run.waitUntilServing(since: start)
                try run.waitForAnswers(100)
                try run.expectReading()
                #expect(try run.health().status == 200)
            }
            let process = server.processID
            try run.finish()
            #expect(server.processID != process)
        }
    }

    @Test(.timeLimit(.minutes(10))) func `tokens are judged by the clock as it is`() throws {
        guard let clock = try Clock() else { return }
        let server = try ServerProcess.small(environment: clock.environment)
        let ann = try Person(on: server)
        let chat = try ann.makeGroup()
        let socket = try ann.connect()
        func statuses() throws -> (access: Int, refresh: Int, login: Int) {
            let body: JSON = ["refresh_token": .string(ann.refreshToken)]
            let refresh = try ann.client.send("POST", "/api/v1/auth/refresh", body)
            if let token = refresh.json["refresh_token"].string { ann.refreshToken = token }
            let login = try ann.logIn()
            let access = try ann.get("/users/me").status
            ann.accessToken = login.json["access_token"].string ?? ann.accessToken
            return (access, refresh.status, login.status)
        }
        try clock.set(.dayAhead)
        try Machine.wait(for: "tomorrow") { try clock.offset(of: server) > Self.day / 2 }
        #expect(try statuses() == (401, 200, 200))
        let tomorrow = try ann.say("tomorrow", in: chat)
        try clock.set(.real)
        try Machine.wait(for: "today") { try abs(clock.offset(of: server)) < Self.day / 2 }
        #expect(try statuses() == (401, 401, 200))
        let today = try ann.say("today", in: chat)
        #expect(today > tomorrow)
        #expect(try ann.page(of: chat).map { $0["id"] } == [.int(today), .int(tomorrow)])
        // The socket has stayed, and heard both in order.
        for message in [tomorrow, today] {
            #expect(try socket.next("message.created").data["id"].int == message)
        }
    }

    @Test(.timeLimit(.minutes(10))) func `limits do not follow the wall clock`() throws {
        guard let clock = try Clock() else { return }
        let burst = 5
        let limits = ["NODUS_LIMIT_SENDS": "0.01", "NODUS_LIMIT_SENDS_BURST": "\(burst)"]
        let server = try ServerProcess.small(
            [],
            environment: clock.environment.merging(limits) { $1 }
        )
        let ann = try Person(on: server)
        let chat = try ann.makeGroup()
        let body: JSON = ["chat_id": .int(chat), "type": "text", "content": "x"]
        for _ in 0..<burst { #expect(try ann.post("/messages", body).status == 201) }
        for jump in [Jump.hourAhead, .dayAhead, .dayBack, .real] {
            try clock.set(jump)
            ann.accessToken = try #require(try ann.logIn().json["access_token"].string)
            #expect(try ann.post("/messages", body).status == 429, "\(jump)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func `keys are kept for a day of the wall clock`() throws {
        guard let clock = try Clock() else { return }
        let server = try ServerProcess.small(environment: clock.environment)
        let ann = try Person(on: server)
        let chat = try ann.makeGroup()
        let message = try ann.say("once", in: chat, key: "key")
        for jump in [Jump.hourAhead, .hourBack, .real, .dayBack, .real] {
            try clock.set(jump)
            ann.accessToken = try #require(try ann.logIn().json["access_token"].string)
            #expect(try ann.say("once", in: chat, key: "key") == message, "\(jump)")
        }
        try clock.set(.dayAhead)
        ann.accessToken = try #require(try ann.logIn().json["access_token"].string)
        #expect(try ann.say("once", in: chat, key: "key") > message)
    }

    /// The time that a server is shown.
    private struct Clock {
        let environment: [String: String]
        private let folder: ThrowawayFolder
        private var file: String { "\(self.folder.path)/clock" }

        /// Nil, said loudly, where there is no libfaketime.
        init?() throws {
            let libraries = FileManager.default.enumerator(atPath: "/usr/lib")?.lazy
                .compactMap { $0 as? String }
            guard let library = libraries?.first(where: { $0.hasSuffix("/libfaketimeMT.so.1") })
            else {
                print("NOT RUN: \(ClockJumpTests.suite): libfaketime is not installed")
                return nil
            }
            self.folder = try ThrowawayFolder()
            self.environment = [
                "LD_PRELOAD": "/usr/lib/\(library)",
                "FAKETIME_TIMESTAMP_FILE": "\(self.folder.path)/clock",
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "TZ": "UTC",
            ]
            try self.set(.real)
        }

        /// The file is never seen half written.
        func set(_ jump: Jump) throws {
            let text = Data("\(jump.rawValue)\n".utf8)
            try text.write(to: URL(fileURLWithPath: self.file), options: .atomic)
        }

        /// By how many seconds the server's clock is ahead of ours, which its answers tell.
        func offset(of server: ServerProcess) throws -> Int {
            let answer = try HTTPClient(server).send("GET", "/health")
            let format = DateFormatter()
            format.locale = Locale(identifier: "en_US_POSIX")
            format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
            guard let date = answer.header("date").flatMap({ format.date(from: $0) }) else {
                throw WaitError.malformed("\(answer)")
            }
            return Int(date.timeIntervalSinceNow)
        }
    }
}
