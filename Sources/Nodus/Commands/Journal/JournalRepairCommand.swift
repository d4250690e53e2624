import ArgumentParser
import Glibc
import Persistence
import Shards

extension JournalCommand {
    struct Repair: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a damaged journal one that the server starts from.",
            discussion: """
                Stop the server first, and copy the folder. Keeps all that comes before the damage; or \
                all that comes after it, where the newest snapshot and the database have what was \
                before. What is dropped is moved aside in the journal's folder, as *.damaged, and \
                never deleted. It tells what it will do, and asks.
                """
        )

        @OptionGroup var options: StartOptions

        @Flag(help: "Do it without asking.")
        var yes = false

        func run() throws {
            var cover: StartOptions.Found?
            let found = try stopping {
                try JournalRepair.begin(self.options.journal) { epoch in
                    cover = self.options.cover(of: epoch)
                    return cover?.cover
                }
            }
            guard let repair = found else { throw self.options.journal.missing }
            guard !repair.plan.isEmpty else {
                print("There is nothing to repair.")
                return
            }
            if let cover { print("\(cover.text).") }
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
            if plan.cover != nil {
                let loss =
                    plan.losesNothing ? "Nothing is lost by that" : "What was behind that is lost"
                return """
                    \(loss). `nodus serve` goes on from the snapshot and what stays of the journal; \
                    older snapshots that begin before it are of no use then.
                    """
            }
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
            + [self.kept.map { "\($0.text)." } ?? "Nothing stays."]
    }

    fileprivate var losesNothing: Bool {
        self.steps.allSatisfy { $0.isCovered && $0.loss == nil }
    }
}

extension JournalExtent {
    fileprivate var text: String {
        self.last < self.first
            ? "Stays: no event; position \(self.first.rawValue) is to come"
            : "Stays: positions \(self.first.rawValue) to \(self.last.rawValue)"
    }
}

extension RepairPlan.Step {
    fileprivate var line: String {
        let what =
            switch self.action {
            case .setAside: "is moved aside"
            case .cut(let byteCount):
                "keeps its first \(byteCount) bytes, and a copy of it as it is is put aside"
            case .part(_, let positions):
                """
                is moved aside, but what it has from position \(positions.lowerBound.rawValue) on \
                becomes a segment
                """
            }
        let found = "\(self.file): \(self.reason), at byte \(self.offset). It \(what)"
        if self.isCovered, self.loss == nil { return "\(found), the snapshot has the rest" }
        return "\(found). Dropped from position \(self.position.rawValue) on: \(self.lossText)"
    }

    private var lossText: String {
        guard let loss = self.loss else { return "what there is cannot be told" }
        guard loss.eventCount > 0 else { return "nothing that can be read" }
        return
            "\(loss.batchCount) whole batches with \(loss.eventCount) events, and what is damaged"
    }
}
