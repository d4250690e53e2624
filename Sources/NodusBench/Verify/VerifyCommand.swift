import ArgumentParser
import Foundation

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Pages every chat of a log back and compares it: text, author, order, replies.",
        discussion: "Knows only the file and the server. Exits with 1 where anything differs."
    )

    @OptionGroup var corpus: CorpusOptions
    @OptionGroup var driver: DriverOptions

    @Option(help: "Expect another text in the message of this number, so that it must fail.")
    var plantDifference: Int?

    private static let shownCountMax = 20

    func run() throws {
        var corpus = try self.corpus.read()
        if let number = self.plantDifference { try Self.plant(number, in: &corpus) }
        let start = ContinuousClock.now
        let differences = try self.differences(from: corpus)
        for difference in differences.prefix(Self.shownCountMax) { print(difference) }
        let what = "\(corpus.messageCount) messages in \(corpus.chats.count) chats"
        let seconds = String(format: "%.1f s", (ContinuousClock.now - start) / .seconds(1))
        print("verified \(what) in \(seconds): \(differences.count) differences")
        if !differences.isEmpty { throw ExitCode(1) }
    }

    private func differences(from corpus: Corpus) throws -> [String] {
        let sessions = Sessions(nicks: corpus.nicks)
        let names = ChatReading.Names()
        let driver = self.driver.driver()
        let progress = ProgressLine("verified", total: corpus.messageCount)
        var differences: [String] = []
        var accounts: [[UInt8]: UInt64] = [:]
        var doneCount = 0
        driver.onTick = { progress.show(doneCount) }
        try driver.run(
            corpus.chats.compactMap { log in
                guard let reader = log.creator else { return nil }
                return ChatReading(title: log.key, reader: reader, in: sessions, names: names) {
                    let comparison = ChatComparison(
                        chat: log.key,
                        rows: Self.rows(of: log, in: sessions),
                        found: Self.found($0, names: names),
                        accounts: accounts
                    )
                    differences += comparison.differences
                    accounts = comparison.accounts
                    doneCount += log.messages.count
                }
            }
        )
        progress.finish(doneCount)
        return differences
    }

    private static func rows(of log: ChatLog, in sessions: Sessions) -> [ChatComparison.Row] {
        log.messages.map { message in
            ChatComparison.Row(
                line: message.line,
                author: sessions.account(of: message.author).displayName,
                text: message.text,
                reply: message.reply
            )
        }
    }

    private static func found(
        _ messages: [WireMessage],
        names: ChatReading.Names
    ) -> [ChatComparison.Found] {
        messages.map { message in
            ChatComparison.Found(
                id: message.id,
                authorID: message.author,
                author: message.author.flatMap { names.ofUsers[$0] },
                text: message.isDeleted || message.type != "text" ? nil : message.content,
                reply: message.reply
            )
        }
    }

    /// Numbers go from 1, over all chats.
    private static func plant(_ number: Int, in corpus: inout Corpus) throws {
        var left = number - 1
        for chat in corpus.chats.indices {
            let count = corpus.chats[chat].messages.count
            if left >= 0, left < count {
                corpus.chats[chat].messages[left].text += " (planted)"
                return
            }
            left -= count
        }
        throw ValidationError("--plant-difference names one of \(corpus.messageCount) messages.")
    }
}
