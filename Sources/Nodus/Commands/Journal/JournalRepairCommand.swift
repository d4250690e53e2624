import ArgumentParser
import Glibc
import Persistence
import Shards

extension JournalCommand {
    struct Repair: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a damaged journal one that the server starts from.",
            discussion: """
                Stop the server first, and copy the folder. Keeps all that comes before the damage. \
                What is dropped is moved aside in the journal's folder, as *.damaged, and never \
                deleted. It tells what it will do, and asks.
                """
        )

        @OptionGroup var options: JournalOptions

        @Flag(help: "Do it without asking.")
        var yes = false

        func run() throws {
            let found = try stopping { try JournalRepair.begin(self.options.journal) }
            guard let repair = found else { throw self.options.missing }
            guard !repair.plan.isEmpty else {
                print("There is nothing to repair.")
                return
            }
            for line in repair.plan.lines { print(line) }
            print(self.consequence(of: repair.plan))
            guard try self.isWanted() else {
                print("Nothing was changed.")
                throw ExitCode(2)
            }
            for file in try stopping({ try repair.apply() }) { print("Moved aside: \(file)") }
            print("The journal is repaired.")
        }

        private func isWanted() throws -> Bool {
            if self.yes { return true }
            guard isatty(STDIN_FILENO) == 1 else {
                print("There is no terminal to ask on: give --yes to do it.")
                return false
            }
            print("Do it? [y/N] ", terminator: "")
            fflush(nil)
            return ["y", "yes"].contains(readLine()?.lowercased())
        }

        private func consequence(of plan: RepairPlan) -> String {
            let folder = self.options.journal.folder
            guard let kept = plan.kept else {
                return """
                    Then the journal has no event. `nodus serve` goes on from a snapshot or the \
                    database, where there is one, in a new history; people will have to sign in again.
                    """
            }
            return """
                Then the journal ends at position \(kept.last.rawValue). Where the database or a \
                snapshot has got beyond that, `nodus serve` will say that the folder is an older copy, \
                and not start. Then all that they hold is still there: move \(folder) aside, and it \
                goes on from them; people will have to sign in again.
                """
        }
    }
}

extension RepairPlan {
    /// What is lost and what stays, a line each.
    fileprivate var lines: [String] {
        self.steps.map { "\($0.line)." }
            + [
                self.kept.map {
                    "Stays: positions \($0.first.rawValue) to \($0.last.rawValue)."
                } ?? "Nothing stays."
            ]
    }
}

extension RepairPlan.Step {
    fileprivate var line: String {
        let what =
            switch self.action {
            case .setAside: "is moved aside"
            case .cut(let byteCount):
                "keeps its first \(byteCount) bytes, and a copy of it as it is is put aside"
            }
        return """
            \(self.file): \(self.reason), at byte \(self.offset). It \(what). Dropped from position \
            \(self.position.rawValue) on: \(self.lossText)
            """
    }

    private var lossText: String {
        guard let loss = self.loss else { return "what there is cannot be told" }
        guard loss.eventCount > 0 else { return "nothing that can be read" }
        return
            "\(loss.batchCount) whole batches with \(loss.eventCount) events, and what is damaged"
    }
}
