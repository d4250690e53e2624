import ArgumentParser

/// What part of which file. Replay and verification must be given the same.
struct CorpusOptions: ParsableArguments {
    @Argument(help: "The log: JSON lines, packed with gzip if the name ends in .gz.")
    var file: String

    @Option(help: "Only the first messages of the file.")
    var limit: Int?

    @Option(help: "Only the first chats of the file.")
    var chats: Int?

    func validate() throws {
        guard self.limit ?? 1 > 0, self.chats ?? 1 > 0 else {
            throw ValidationError("--limit and --chats are at least 1.")
        }
    }

    func read() throws -> Corpus {
        var limits = CorpusBuilder.Limits()
        limits.messageCount = self.limit ?? limits.messageCount
        limits.chatCount = self.chats ?? limits.chatCount
        return try CorpusFile.read(self.file, limits: limits)
    }

    /// For a second process of the same program.
    var arguments: [String] {
        var arguments = [self.file]
        if let limit = self.limit { arguments += ["--limit", String(limit)] }
        if let chats = self.chats { arguments += ["--chats", String(chats)] }
        return arguments
    }
}
