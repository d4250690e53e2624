import ArgumentParser
import Persistence
import Shards

struct Snapshots: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "The files that a start goes on from, instead of the whole journal.",
        discussion: """
            `nodus serve` takes them by itself, every few minutes and when it ends, and keeps the two \
            newest. `snapshots/README.md` has the format.
            """,
        subcommands: [List.self, Show.self, VerifyFile.self, Take.self]
    )

    struct Options: ParsableArguments {
        @Option(help: "Where snapshots are kept. (NODUS_SNAPSHOT_DIR; default: ./snapshots)")
        var snapshotDir: String?

        var path: String {
            SettingsReader().text(self.snapshotDir, "snapshot-dir") ?? "./snapshots"
        }

        var folder: SnapshotFolder { SnapshotFolder(self.path) }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the snapshots, the newest first.",
            discussion: "The server may run meanwhile. Only headers are read."
        )

        @OptionGroup var options: Options

        func run() throws {
            let folder = self.options.folder
            let entries = try stopping { try folder.entries() }
            for entry in entries {
                do throws(SnapshotError) {
                    let reader = try SnapshotReader(entry, in: folder)
                    print("\(entry.name)  \(reader.summary)")
                } catch {
                    print("\(entry.name)  cannot be used: \(error)")
                }
            }
            print("\(entries.count) \(entries.count == 1 ? "snapshot" : "snapshots")")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a snapshot holds, from its header."
        )

        @Argument(help: "The file.", completion: .file())
        var file: String

        func run() throws {
            let reader = try stopping { try SnapshotReader(self.file) }
            let header = reader.header
            print(
                """
                taken      \(header.takenAt.text)
                history    \(header.epoch.text)
                begins     position \(header.start.rawValue): a start reads the journal after it
                newest     position \(header.newest.rawValue)
                accounts   \(header.counts.accounts)
                sessions   \(header.counts.sessions)
                chats      \(header.counts.chats)
                messages   \(header.counts.messages) in memory; older ones are in the database
                keys       \(header.counts.marks) of requests that may be sent again
                size       \(reader.byteCount) bytes in \(reader.sectionCount) sections, \
                \(reader.bodyBytes) in memory
                """
            )
        }
    }

    struct VerifyFile: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Read a whole snapshot, as a start would.",
            discussion: "Ends with status 0 where it is whole, else 1."
        )

        @Argument(help: "The file.", completion: .file())
        var file: String

        func run() throws {
            let reader = try stopping { try SnapshotReader(self.file) }
            let line = ProgressLine()
            defer { line.end() }
            let clock = ContinuousClock()
            let start = clock.now
            do throws(SnapshotError) {
                try SnapshotLoading.load(
                    reader,
                    threadCount: 2,
                    progress: { line.show("reading", $0, of: $1, "sections") },
                    { _ in }
                )
            } catch {
                throw Stop("\(error)")
            }
            print("\(reader.path) is whole: \(reader.summary), read in \(clock.now - start)")
        }
    }
}

extension SnapshotReader {
    fileprivate var summary: String {
        let counts = self.header.counts
        return """
            \(self.header.takenAt.text)  position \(self.header.start.rawValue)  \
            \(counts.accounts) accounts, \(counts.chats) chats, \(counts.messages) messages, \
            \(self.byteCount) bytes
            """
    }
}

extension Timestamp {
    fileprivate var text: String {
        var bytes: [UInt8] = []
        self.appendISO8601(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
