import ArgumentParser
import Persistence
import Shards

struct DeadLetters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Rows that the database refused, and which were put aside.",
        discussion: """
            Nothing is lost by that: they are in the journal, and the server goes on to show them. \
            But they are not in their tables, and `nodus migrate down` refuses to leave them \
            behind.
            """,
        subcommands: [List.self, Retry.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show which rows they are, and why each was refused."
        )

        @OptionGroup var options: HistoryOptions

        func run() throws {
            let letters = try stopping { try self.options.openStore().writer().deadLetters() }
            for letter in letters {
                var time: [UInt8] = []
                letter.at.appendISO8601(to: &time)
                print(
                    """
                    \(letter.id)  \(String(decoding: time, as: UTF8.self))  \
                    position \(letter.position.rawValue)  \(letter.table) \(letter.key)  \
                    \(letter.code): \(letter.reason)
                    """
                )
            }
            print("\(letters.count) \(letters.count == 1 ? "row" : "rows")")
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write them again, after what they were refused for was mended.",
            discussion: """
                The server may run meanwhile. Ends with status 1 where the database refuses some of \
                them again.
                """
        )

        @OptionGroup var options: HistoryOptions

        private enum Outcome {
            case written
            case refused
            /// Its chat was deleted meanwhile, and so is the row.
            case dropped
        }

        func run() throws {
            let outcomes = try stopping { () -> [Outcome] in
                let store = try self.options.openStore()
                let letters = try store.writer().deadLetters()
                let chats = try ChatsThere(in: store, letters)
                return try letters.map { try Self.retry($0, of: chats, in: store) }
            }
            func count(_ outcome: Outcome) -> Int { outcomes.count { $0 == outcome } }
            let dropped = count(.dropped)
            print(
                "written: \(count(.written)), refused again: \(count(.refused))"
                    + (dropped > 0 ? ", dropped because their chat is gone: \(dropped)" : "")
            )
            if count(.refused) > 0 { throw ExitCode(1) }
        }

        /// How often the server may come in between.
        private static let attemptsMax = 100

        private static func retry(
            _ letter: DeadLetter,
            of chats: ChatsThere,
            in store: some HistoryStore
        ) throws -> Outcome {
            for _ in 0..<Self.attemptsMax {
                let writer = try store.writer()
                let state = try writer.state()
                do throws(StoreError) {
                    try writer.begin(state)
                } catch {
                    guard case .moved = error else { throw error }
                    continue
                }
                let isThere = try chats.hold(letter)
                let outcome = isThere ? try Self.write(letter, to: writer) : .dropped
                if outcome != .refused { try writer.remove(letter) }
                try writer.commit(state)
                return outcome
            }
            throw Stop("The database is too busy, try again.")
        }

        private static func write(
            _ letter: DeadLetter,
            to writer: some HistoryWriter
        ) throws -> Outcome {
            let rows = try letter.rows
            do throws(StoreError) {
                try writer.apply(rows)
            } catch {
                guard case .refused(let code, let reason) = error else { throw error }
                print("\(letter.id)  \(letter.table) \(letter.key)  \(code): \(reason)")
                return .refused
            }
            return .written
        }
    }
}

/// The chats of a store, with those whose own row was refused.
private struct ChatsThere {
    private var chats: Set<ChatID> = []

    init(in store: some HistoryStore, _ letters: [DeadLetter]) throws {
        for letter in letters where letter.table == "chats" {
            self.chats.formUnion(try letter.decodedEvents().compactMap(\.chat))
        }
        // What comes behind the chats is all members and messages.
        let enough = StoreError.unusable("all chats were read")
        do throws(StoreError) {
            _ = try store.reader().load { (row) throws(StoreError) in
                switch row {
                case .deadLetter, .user: break
                case .chat(let chat, at: _): self.chats.insert(chat.id)
                case .member, .absence, .message, .preview: throw enough
                }
            }
        } catch {
            guard error == enough else { throw error }
        }
    }

    /// Rows of people are in no chat.
    func hold(_ letter: DeadLetter) throws -> Bool {
        try letter.decodedEvents().compactMap(\.chat).allSatisfy(self.chats.contains)
    }
}

extension Event {
    fileprivate var chat: ChatID? {
        if case .chat(let chat, _) = self { chat } else { nil }
    }
}
