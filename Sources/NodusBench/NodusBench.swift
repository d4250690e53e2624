import ArgumentParser

/// Puts real and made load on a running server, and checks what it kept.
///
/// Everything that talks to a server is a `Conversation`: one request under way, the next one when
/// its answer is there. A `Driver` runs many of them over a few keep-alive connections, on one
/// thread, so that the generator costs little beside the server that it measures.
@main
struct NodusBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodus-bench",
        abstract: "Replays real chats into a server, verifies them, and measures requests.",
        subcommands: [
            ReplayCommand.self, VerifyCommand.self, CheckCommand.self, LoadCommand.self,
            FillCommand.self, FanoutCommand.self, ResumeCommand.self, SocketsCommand.self,
            FloorCommand.self, WheelCommand.self,
        ]
    )
}
