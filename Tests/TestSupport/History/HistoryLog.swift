import Foundation
import Synchronization

/// Writes a history down, as JSON lines, and checks it as it grows.
///
/// Any thread may add. The file is there to be looked at, and checked once more, when a test fails.
package final class HistoryLog: Sendable {
    package let path: String
    private let state: Mutex<State>

    private struct State {
        let file: FileHandle
        var unwritten = Data()
        var checker = HistoryChecker()
        var newestNumber = 0
        var count = 0

        mutating func write() {
            try? self.file.write(contentsOf: self.unwritten)
            self.unwritten.removeAll(keepingCapacity: true)
        }
    }

    private static let unwrittenBytesMax = 64 * 1024

    /// Begins a new file.
    package init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw WaitError.malformed("\(path) cannot be written") }
        self.path = path
        self.state = Mutex(State(file: file))
    }

    package func add(_ record: HistoryRecord) {
        // Outside of the lock, because it takes longest. An invocation is still noted before its
        // request, and an answer after it came.
        let line = (try? JSONEncoder().encode(record)) ?? Data()
        self.state.withLock { state in
            state.unwritten += line
            state.unwritten.append(0x0a)
            state.checker.take(record)
            state.count += 1
            if state.unwritten.count > Self.unwrittenBytesMax { state.write() }
        }
    }

    /// The number of the next invocation.
    package func nextNumber() -> Int {
        self.state.withLock { state in
            state.newestNumber += 1
            return state.newestNumber
        }
    }

    /// Records so far.
    package var count: Int { self.state.withLock(\.count) }

    /// What is wrong so far, of what can be known before the end.
    package var findings: [HistoryFinding] { self.state.withLock(\.checker.findings) }

    /// Everything that is wrong, when the last reading has been added.
    package func finish() -> [HistoryFinding] {
        self.state.withLock { state in
            state.write()
            return state.checker.finished()
        }
    }

    /// - Throws: where a line is no record; the last one may be cut off.
    package static func read(_ path: String) throws -> [HistoryRecord] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let end = bytes.lastIndex(of: 0x0a) ?? bytes.startIndex
        let decoder = JSONDecoder()
        return try bytes[..<end].split(separator: 0x0a).map {
            try decoder.decode(HistoryRecord.self, from: $0)
        }
    }
}
