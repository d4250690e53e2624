import ArgumentParser
import Foundation

struct FanoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fanout",
        abstract: "Measures what it costs a server to hand one message to many sockets.",
        discussion: """
            One sender and many readers, in bursts or at a pace. Every socket must get each message \
            once and in order. Speaks to our server, started without limits, to nats-server and to \
            an MQTT broker, all over WebSocket, with the same reader and the same payload. Prints \
            one line for people and one JSON object. Latencies are from when a message was sent, \
            or due, until a socket has it.
            """
    )

    @Option(help: "The server, like http://127.0.0.1:8000.")
    var to: ServerURL

    @OptionGroup var options: FanoutOptions

    @Option(
        name: .customLong("server-pid"),
        help: "A process of the server, to read its processor time. May be repeated."
    )
    var serverPids: [Int] = []

    @Option(help: "The file in which Benchmarks/allocations counts what the server allocates.")
    var allocations: String?

    /// Not measured: buffers grow, pools fill.
    private static let warmUpCount = 50
    private static let settling = Duration.milliseconds(100)

    func run() throws {
        let run = try FanoutCast(self.options, server: self.to).run()
        try run.open()
        try run.send(Self.warmUpCount, inOneWrite: false)
        try run.waitForAll()
        try run.turn(for: Self.settling)
        run.forgetLatencies()
        FileHandle.standardError.write(Data("The sockets are ready.\n".utf8))
        let meter = try FanoutMeter(run, servers: self.serverPids, counts: self.allocations)
        if let pace = self.options.pace {
            try run.send(pace * self.options.seconds, every: .seconds(1) / pace)
            try run.waitForAll()
        } else {
            for _ in 0..<self.options.bursts {
                try run.send(self.options.burst, inOneWrite: self.options.gathered)
                try run.waitForAll()
            }
        }
        let elapsed = meter.elapsed
        // What the server puts off is part of the price.
        try run.turn(for: Self.settling)
        let result = try meter.result(self.options, elapsed: elapsed)
        print(result.line)
        print(result.json)
    }
}
