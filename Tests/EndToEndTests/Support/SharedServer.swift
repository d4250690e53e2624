import TestSupport

/// The one server of all tests that need nothing special of theirs: they share no people and no
/// chats, so that they may run at once.
enum SharedServer {
    private static let started = Result { try ServerProcess.small(["--no-limits"]) }

    static func get() throws -> ServerProcess { try self.started.get() }
}

extension ServerProcess {
    /// For a restart with other options than before.
    static let smallSegments = ["--journal-segment-bytes", "1048576"]

    /// Starts a server that writes little.
    static func small(
        _ options: [String] = ["--no-limits"],
        environment: [String: String] = [:],
        in folder: ThrowawayFolder? = nil
    ) throws -> ServerProcess {
        try ServerProcess(
            Self.smallSegments + options,
            environment: environment,
            in: folder
        )
    }
}
