import ArgumentParser

/// Who gets what, how often.
struct FanoutOptions: ParsableArguments {
    @Option(name: .customLong("protocol"), help: "nodus, nats or mqtt.")
    var dialect = FanoutProtocol.nodus

    @Option(help: "Sockets that get each message.")
    var sockets = 1000

    @Option(help: "With nodus: the people whose sockets these are.")
    var people = 50

    @Option(help: "With nodus: members of the chat, most of them without a socket.")
    var members = 0

    @Option(help: "With nodus: a file that keeps the chat, for runs that do not make it anew.")
    var crowd: String?

    @Option(help: "With nodus: how messages are sent, http or socket.")
    var sendOver = SendTransport.socket

    @Option(help: "Bytes of a message as it arrives, without the protocol's own.")
    var size = 400

    @Option(help: "Messages of a burst.")
    var burst = 200

    @Option(help: "Bursts, each when the one before has arrived.")
    var bursts = 10

    @Flag(help: "Send a burst in one write, and not with a write a message.")
    var gathered = false

    @Option(help: "Messages a second, evenly, in place of bursts.")
    var pace: Int?

    @Option(help: "With --pace: seconds that are measured.")
    var seconds = 4

    func validate() throws {
        guard 1...19_000 ~= self.sockets, 1...10_000 ~= self.people, 0...10_000 ~= self.members,
            20...4000 ~= self.size, 1...10_000 ~= self.burst, 1...10_000 ~= self.bursts,
            1...10_000 ~= self.pace ?? 1, 1...3600 ~= self.seconds
        else { throw ValidationError("An option is out of range.") }
    }
}
