import ArgumentParser
import Glibc
import Persistence
import Shards

extension JournalCommand {
    struct Dump: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the journal's events as JSON, one object a line.",
            discussion: """
                Stop the server first. Password hashes, session ids and idempotency keys are left \
                out; what people wrote is not. At damage it ends with status 1, after all that comes \
                before.
                """
        )

        @OptionGroup var options: JournalOptions

        @Option(help: "Print the events of this chat alone.")
        var chat: UInt32?

        @Option(help: "The first position to print.")
        var from: UInt64?

        @Option(help: "The last position to print.")
        var through: UInt64?

        func run() throws {
            guard Journal.first(in: self.options.journal) != nil else {
                throw self.options.journal.missing
            }
            let before = Position(rawValue: max(self.from ?? 1, 1) - 1)
            var lines = DumpLines()
            try stopping {
                defer { lines.flush() }
                try Journal.read(
                    in: self.options.journal,
                    after: before,
                    through: Position(rawValue: self.through ?? .max)
                ) { position, event in
                    if self.isWanted(event) { lines.append(event, at: position) }
                }
            }
            if lines.isCut { throw Stop("standard output takes no more: the dump is not whole") }
        }

        private func isWanted(_ event: Event) -> Bool {
            guard let wanted = self.chat else { return true }
            if case .chat(let chat, _) = event { return chat.rawValue == wanted }
            return false
        }
    }
}

/// Lines on their way to standard output, many to a write.
private struct DumpLines {
    private static let flushBytes = 64 << 10

    /// Whether something could not be written.
    private(set) var isCut = false
    private var json = JSONWriter(reserving: 2 * Self.flushBytes)

    mutating func append(_ event: Event, at position: Position) {
        EventJSON.append(event, at: position, to: &self.json)
        self.json.raw("\n")
        if self.json.bytes.count >= Self.flushBytes { self.flush() }
    }

    mutating func flush() {
        var done = 0
        self.json.bytes.withUnsafeBytes { bytes in
            while done < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                let count = write(STDOUT_FILENO, rest.baseAddress, rest.count)
                guard count > 0 || errno == EINTR else { return }
                done += max(count, 0)
            }
        }
        if done < self.json.bytes.count { self.isCut = true }
        self.json.bytes.removeAll(keepingCapacity: true)
    }
}
