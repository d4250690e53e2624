import ArgumentParser
import Persistence
import Shards

extension JournalCommand {
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the whole journal and check it.",
            discussion: """
                Ends with status 0 where a server would start from it, and with 1 at damage, which it \
                names. Changes nothing. Beside a running server it leaves out what is written \
                meanwhile.
                """
        )

        @OptionGroup var options: JournalOptions

        func run() throws {
            let clock = ContinuousClock()
            let start = clock.now
            guard let report = try self.check() else { throw self.options.missing }
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

        private func check() throws -> JournalCheck.Report? {
            let line = ProgressLine()
            defer { line.end() }
            do throws(JournalError) {
                return try JournalCheck.run(self.options.journal) { done, total in
                    line.show("reading", done >> 20, of: total >> 20, "MiB")
                }
            } catch {
                line.end()
                print("\(error.finding).")
                if error.isRepairable {
                    print(
                        """
                        Restore the folder from a copy that is whole; or see what is left with \
                        `nodus journal repair \(self.options.words)`, which asks before it changes \
                        anything.
                        """
                    )
                }
                throw ExitCode(1)
            }
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
