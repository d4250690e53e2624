import ArgumentParser

struct FillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill",
        abstract: "Fills a server with chats and messages of ordinary size.",
        discussion: """
            Registers people, makes chats of some of them each, and sends messages to all chats in \
            turn, by their members in turn: about 280 bytes of JSON each, no two alike, the same ones \
            each time. Start the server without limits. Prints one JSON object: a token of somebody, \
            the ids of his chats, and how long the messages took.
            """
    )

    @OptionGroup var driver: DriverOptions

    @Option(help: "People that are registered.")
    var people = 100

    @Option(help: "Chats that are made.")
    var chats = 10_000

    @Option(help: "Members of each chat.")
    var members = 10

    @Option(help: "Messages that are sent, over all chats.")
    var messages = 1_000_000

    @Option(help: "A file that gets each message as it was answered, a line each.")
    var answers: String?

    func validate() throws {
        guard self.chats > 0, self.messages >= 0, 1...self.people ~= self.members else {
            throw ValidationError("--chats is at least 1, --members 1 to --people.")
        }
    }

    func run() throws {
        var filling = Filling(self.people, members: self.members, with: self.driver.driver())
        try filling.enrol()
        try filling.makeChats(self.chats)
        let file = try self.answers.map { try AnswersFile($0) }
        let result = try filling.send(self.messages) { try file?.add($0) }
        try file?.close()
        print(JSONLine.text(of: result))
    }
}
