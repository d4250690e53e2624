import ArgumentParser

/// Where to, over how many connections, and how long to bear with a server that is away.
struct DriverOptions: ParsableArguments {
    @Option(help: "The server, like http://127.0.0.1:8000.")
    var to: ServerURL

    @Option(help: "Keep-alive connections.")
    var connections = 16

    @Option(help: "Conversations that share a connection, their requests pipelined.")
    var pipeline = 1

    @Option(help: "Seconds without a decisive answer after which the run fails.")
    var patience = 60

    func validate() throws {
        guard 1...10_000 ~= self.connections, 1...256 ~= self.pipeline, self.patience >= 0 else {
            throw ValidationError("--connections is 1 to 10000, --pipeline 1 to 256.")
        }
    }

    func driver() -> Driver {
        Driver(
            server: self.to,
            connections: self.connections,
            depth: self.pipeline,
            patience: .seconds(self.patience)
        )
    }
}
