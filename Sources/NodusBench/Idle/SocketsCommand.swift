import ArgumentParser
import Foundation

struct SocketsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sockets",
        abstract: "Opens many sockets at once and measures what memory an idle one takes.",
        discussion: """
            Registers people in chats of ten, opens half of the sockets and then the rest, and reads \
            the server's resident memory before, between and after, when nothing comes any more. \
            Start the server afresh and without limits. Prints one line for people and one JSON \
            object.
            """
    )

    @Option(help: "The server, like http://127.0.0.1:8000.")
    var to: ServerURL

    @Option(help: "Sockets, over all people.")
    var sockets = 10_000

    @Option(help: "People whose sockets these are.")
    var people = 500

    @Option(help: "Seconds that all stay open at the end, with one more reading of the memory.")
    var hold = 5

    @Option(name: .customLong("server-pid"), help: "The server's process.")
    var serverPid: Int

    func validate() throws {
        guard 2...19_500 ~= self.sockets, 1...10_000 ~= self.people, 0...3600 ~= self.hold else {
            throw ValidationError("An option is out of range.")
        }
    }

    func run() throws {
        let driver = Driver(server: self.to, connections: 8, patience: .seconds(30))
        let people = try People(self.people, with: driver)
        for first in stride(from: 0, to: self.people, by: 10) {
            _ = try people.makeChat(of: first..<min(first + 10, self.people))
        }
        let openings = try (0..<self.sockets).map {
            Opening(target: "/ws", token: try people.token(of: $0 % self.people))
        }
        let idle = IdleSockets(openings, on: try Streams(to: self.to))
        try idle.listen(for: .seconds(1))
        let before = try self.residentBytes()
        let half = self.sockets / 2
        var seconds = try idle.open(half)
        let between = try self.residentBytes()
        seconds += try idle.open(self.sockets - half)
        let after = try self.residentBytes()
        try idle.listen(for: .seconds(self.hold))
        let result = SocketsResult(
            sockets: self.sockets,
            people: self.people,
            openSeconds: seconds,
            presenceFrames: idle.eventCount,
            residentBefore: before,
            residentAfter: after,
            residentHeld: try self.residentBytes(),
            bytesPerSocket: (after - before) / self.sockets,
            bytesPerSocketOfSecondHalf: (after - between) / (self.sockets - half)
        )
        print(result.line)
        print(JSONLine.text(of: result))
    }

    private func residentBytes() throws -> Int {
        guard let bytes = ResidentMemory.bytes(ofProcess: self.serverPid) else {
            throw Failure("process \(self.serverPid) has ended")
        }
        return bytes
    }
}

/// Sizes in bytes.
struct SocketsResult: Encodable {
    let sockets: Int
    let people: Int
    let openSeconds: Double
    /// People who came online, told to those who share a chat with them.
    let presenceFrames: Int
    let residentBefore: Int
    let residentAfter: Int
    let residentHeld: Int
    let bytesPerSocket: Int
    /// What was left over from before is used up by then.
    let bytesPerSocketOfSecondHalf: Int

    var line: String {
        String(
            format:
                "%d sockets of %d people, open in %.1f s, %d frames of presence; "
                + "%d bytes each, %d of the second half; "
                + "resident %.1f MB before, %.1f MB after, %.1f MB at the end",
            self.sockets,
            self.people,
            self.openSeconds,
            self.presenceFrames,
            self.bytesPerSocket,
            self.bytesPerSocketOfSecondHalf,
            Double(self.residentBefore) / 1e6,
            Double(self.residentAfter) / 1e6,
            Double(self.residentHeld) / 1e6
        )
    }
}
