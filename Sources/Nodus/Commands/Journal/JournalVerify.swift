import ArgumentParser
import Persistence
import Shards

extension JournalCommand {
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the whole journal and check it.",
            discussion: """
                Ends with status 0 where a server would start from it and nothing is lost, else with \
                1. Damage is named in any case; where the newest snapshot and the database have all \
                of it, that is said. Changes nothing. Beside a running server it leaves out what is \
                written meanwhile.
                """
        )

        @OptionGroup var options: StartOptions

        func run() throws {
            let clock = ContinuousClock()
            let start = clock.now
            let found: JournalCheck.Report?
            do throws(JournalError) {
                found = try self.check(after: .zero)
            } catch {
                return try self.tell(error)
            }
            guard let report = found else { throw self.options.journal.missing }
            let time = clock.now - start
            print(
                """
                Read \(report.segmentCount) segments, \(report.eventsText), \(report.byteCount) bytes \
                in \(time.secondsText) s.
                """
            )
            if report.isInUse {
                print("A server is using it: what it wrote meanwhile is left out.")
            }
            guard case .open(let file, let offset, let tornBytes) = report.tail else { return }
            if !report.isInUse {
                let cut = tornBytes > 0 ? "cuts \(tornBytes) bytes" : "has nothing to cut"
                print("It was not closed: the next start \(cut) at byte \(offset) of \(file).")
            }
        }

        private func check(after: Position) throws(JournalError) -> JournalCheck.Report? {
            let line = ProgressLine()
            defer { line.end() }
            return try JournalCheck.run(self.options.journal, after: after) { done, total in
                line.show("reading", done >> 20, of: total >> 20, "MiB")
            }
        }

        private func tell(_ error: JournalError) throws {
            print("\(error.finding).")
            guard error.isRepairable else { throw ExitCode(1) }
            let history = try? Journal.look(in: self.options.journal)
            let found = history.flatMap { self.options.cover(of: $0.epoch) }
            if let found { print("\(found.text).") }
            let repair = "`nodus journal repair \(self.options.words)`"
            if let found, self.isEnough(found.cover) {
                print(
                    """
                    What the journal has after it is whole: a start needs nothing of what is damaged. \
                    \(repair) moves that aside.
                    """
                )
                return
            }
            print(
                """
                Restore the folder from a copy that is whole; or see what is left with \(repair), \
                which asks before it changes anything.
                """
            )
            throw ExitCode(1)
        }

        private func isEnough(_ cover: JournalCover) -> Bool {
            guard cover.through > .zero, let report = try? self.check(after: cover.through) else {
                return false
            }
            return report.extent.last >= cover.newest
        }
    }
}

extension JournalCheck.Report {
    fileprivate var eventsText: String {
        let (first, last) = (self.extent.first.rawValue, self.extent.last.rawValue)
        return self.eventCount == 0
            ? "no events" : "\(self.eventCount) events (positions \(first) to \(last))"
    }
}

extension Duration {
    /// With two digits behind the point.
    fileprivate var secondsText: String {
        let (seconds, attoseconds) = self.components
        let hundredths = Int(attoseconds / 10_000_000_000_000_000)
        return "\(seconds).\(hundredths < 10 ? "0" : "")\(hundredths)"
    }
}
