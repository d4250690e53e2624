import ArgumentParser
import Persistence

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the database with the journal and the newest snapshot, row by row.",
        discussion: """
            Stop the server first. Ends with status 0 where all rows are equal, else 1. What is not \
            compared is counted: rows that are older than the journal and were not in memory, rows \
            that the database refused, and events that are not in the database yet, because it was \
            away.
            """
    )

    @OptionGroup var options: HistoryOptions
    @OptionGroup var snapshots: Snapshots.Options

    func run() throws {
        let report = try stopping {
            try StoreVerification.run(
                self.options.journal,
                snapshots: self.snapshots.folder,
                store: self.options.openStore()
            )
        }
        for (table, count) in report.counts.sorted(by: { $0.key < $1.key }) {
            print("\(table): \(count) rows compared")
        }
        if report.olderCount > 0 { print("in the database alone: \(report.olderCount) rows") }
        if report.pendingCount > 0 {
            print(
                "not in the database yet: \(report.pendingCount) events; the server brings them in"
            )
        }
        if report.deadLetterCount > 0 {
            print(
                "refused by the database: \(report.deadLetterCount); see `nodus dead-letters list`"
            )
        }
        for difference in report.differences { print("\(difference)") }
        print("differences: \(report.differenceCount)")
        if report.differenceCount > 0 { throw ExitCode(1) }
    }
}
