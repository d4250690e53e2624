import ArgumentParser

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Holds a replay's history against what the server contains.",
        discussion: "Reports LOST, DUP, REORDER, PHANTOM messages; exits with 1 if there are any."
    )

    @Argument(help: "What `replay --history` wrote.")
    var history: String

    @OptionGroup var driver: DriverOptions

    private static let shownCountMax = 20

    func run() throws {
        let chats = try HistoryFile(path: self.history).chats
        let readers = (chats.values.map(\.reader).max() ?? 0) + 1
        let sessions = Sessions(nicks: Array(repeating: "", count: readers))
        var findings: [String] = []
        try self.driver.driver().run(
            chats.sorted { $0.key < $1.key }.map { title, chat in
                ChatReading(title: title, reader: chat.reader, in: sessions, names: nil) {
                    let found = $0.map { message in
                        HistoryAudit.Found(
                            id: message.id,
                            fingerprint: Fingerprint.of(message.content ?? "")
                        )
                    }
                    let sent = Array(chat.sent.values)
                    findings += HistoryAudit(chat: title, sent: sent, found: found).findings
                }
            }
        )
        for finding in findings.prefix(Self.shownCountMax) { print(finding) }
        let count = chats.values.reduce(0) { $0 + $1.sent.count }
        print("checked \(count) messages in \(chats.count) chats: \(findings.count) findings")
        if !findings.isEmpty { throw ExitCode(1) }
    }
}
