import ArgumentParser
import Persistence
import Shards

extension JournalCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the journal's files.",
            discussion: """
                Works beside a running server. Only headers are read: `nodus journal verify` checks \
                everything. The ratio is what events take up in the file, compressed, to what they \
                are before.
                """
        )

        private static let titles = ["file", "first", "last", "events", "bytes", "ratio", "ends"]

        @OptionGroup var options: JournalOptions

        func run() throws {
            let found = try stopping { try JournalListing.read(in: self.options.journal) }
            guard let listing = found else { throw self.options.journal.missing }
            print(TextTable(rows: [Self.titles] + listing.segments.map { $0.cells }).text)
            for file in listing.reserves { print("reserve: \(file.name), \(file.byteCount) bytes") }
            for file in listing.setAside {
                print("moved aside by a repair: \(file.name), \(file.byteCount) bytes")
            }
            let events = listing.segments.reduce(0) { $0 + $1.eventCount }
            let bytes = listing.segments.reduce(0) { $0 + $1.byteCount }
            let reserved = listing.reserves.reduce(0) { $0 + $1.byteCount }
            print(
                """
                \(listing.segments.count) segments, \(events) events, \(bytes) bytes; \
                \(listing.reserves.count) reserves, \(reserved) bytes
                """
            )
        }
    }
}

extension JournalListing.Segment {
    fileprivate var cells: [String] {
        let isEmpty = self.eventCount == 0
        return [
            self.file, "\(self.first.rawValue)", isEmpty ? "-" : "\(self.last.rawValue)",
            "\(self.eventCount)", "\(self.byteCount)", self.ratio, self.ending.text,
        ]
    }

    private var ratio: String {
        guard self.plainBytes > 0 else { return "-" }
        let hundredths = (self.storedBytes * 100 + self.plainBytes / 2) / self.plainBytes
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        return "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension JournalListing.Ending {
    fileprivate var text: String {
        switch self {
        case .sealed: "sealed"
        case .unsealed(let offset): "open at byte \(offset)"
        case .withoutHeader: "no header, see verify"
        }
    }
}
