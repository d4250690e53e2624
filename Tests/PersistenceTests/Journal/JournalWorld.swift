import Logging
import Persistence
import Shards
import TestSupport

/// A folder on a simulated disk, and the journals that come and go in it.
struct JournalWorld {
    typealias Entry = SampleEvents.Entry

    static let folder = "/journal"

    final class Exits: Sendable {
        private let state = Lock<[Int32]>([])

        var codes: [Int32] { self.state.withLock { $0 } }

        func add(_ code: Int32) { self.state.withLock { $0.append(code) } }
    }

    /// What an opened journal told.
    struct Opened {
        let journal: Journal
        let entries: [Entry]
        let positions: [UInt64]
        let log = DeliveryLog()

        func start() {
            self.journal.start { [log] in log.deliver($0) }
        }

        /// Offers each after the one before is durable, so that each has a batch of its own.
        func write(_ entries: [Entry]) {
            for entry in entries { self.log.wait(for: self.journal.offer(entry)) }
        }
    }

    var disk = SimulatedDisk()
    var settings: JournalSettings
    let exits = Exits()

    init() {
        self.settings = JournalSettings(folder: Self.folder)
        self.settings.segmentBytes = 64 << 10
        self.settings.reserveCount = 0
        self.settings.reserveRetry = .milliseconds(1)
        self.settings.random = SeededRandom.source(seed: 1)
        self.settings.exit = { [exits] in exits.add($0) }
    }

    init(_ disk: SimulatedDisk) {
        self.init()
        self.disk = disk
    }

    func open(after: Position = .zero) throws(JournalError) -> Opened {
        var entries: [Entry] = []
        var positions: [UInt64] = []
        let journal = try Journal.open(
            self.settings,
            disk: self.disk,
            logger: .silent,
            after: after
        ) {
            entries.append(Entry($1, mark: $2))
            positions.append($0.rawValue)
        }
        return Opened(journal: journal, entries: entries, positions: positions)
    }

    /// Opens only to read.
    func entries(after: Position = .zero) throws(JournalError) -> [Entry] {
        let opened = try self.open(after: after)
        opened.journal.close()
        return opened.entries
    }

    /// Writes batches of one event each, and kills the process.
    ///
    /// - Returns: the world as the next process finds it.
    func killed(after entries: [Entry]) throws(JournalError) -> JournalWorld {
        let opened = try self.open()
        opened.start()
        opened.write(entries)
        let next = JournalWorld(self.disk.afterKill())
        opened.journal.close()
        return next
    }

    /// Writes batches of one event each, and closes.
    func closed(after entries: [Entry]) throws(JournalError) -> JournalWorld {
        let opened = try self.open()
        opened.start()
        opened.write(entries)
        opened.journal.close()
        return self
    }

    /// The same files, with one of them changed.
    func changing(
        _ path: String,
        _ change: (inout [UInt8]) -> Void
    ) -> JournalWorld {
        let copy = JournalWorld(self.disk.copy())
        var bytes = copy.disk.files[path] ?? []
        change(&bytes)
        copy.disk.files[path] = bytes
        return copy
    }

    /// A journal of closed segments that hold as many events each, told apart by their numbers.
    static func closed(segments counts: [Int]) throws(JournalError) -> JournalWorld {
        var world = JournalWorld()
        var number = 0
        for count in counts {
            let entries = (0..<count).map {
                SampleEvents.message(UInt64(number + $0 + 1), text: "a")
            }
            world = try world.closed(after: entries)
            number += count
        }
        return world
    }

    var segments: [String] {
        self.disk.files.keys.filter { $0.hasSuffix(".log") }.sorted()
    }

    static func messages(_ count: Int, text: String = "hello") -> [Entry] {
        (1...count).map { SampleEvents.message(UInt64($0), text: text) }
    }
}

extension Journal {
    func offer(_ entry: SampleEvents.Entry) -> Position {
        self.offer(entry.event, mark: entry.mark, notice: .silent)
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension [UInt8] {
    /// Where batches begin, by their magic.
    var batchStarts: [Int] {
        let magic: [UInt8] = [0xff, 0x4e, 0x44, 0x42, 0xc0, 0x0d, 0x0a, 0xf5]
        return stride(from: 0, to: self.count - 8, by: 8).filter { start in
            self[start] == 0xff && self[start..<start + 8].elementsEqual(magic)
        }
    }

    /// Where those batches end, by the stored length in their headers, with the padding.
    var batchEnds: [Int] {
        self.batchStarts.map { start in
            let stored = Int(self[start + 44]) | Int(self[start + 45]) << 8
            return start + 56 + (stored + 7) / 8 * 8
        }
    }
}
