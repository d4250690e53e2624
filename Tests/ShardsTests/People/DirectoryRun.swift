import Shards
import TestSupport

/// A directory with a journal in memory.
struct DirectoryRun {
    let sink = RecordingSink()
    let directory: Directory
    let start = Timestamp(microseconds: 1_730_800_800_000_000)

    init() {
        self.directory = Directory(
            state: DirectoryState(),
            indexedThrough: .zero,
            executor: QueueExecutor(),
            sink: self.sink
        )
    }

    static func draft(_ email: String, name: String = "Anna") -> User {
        User(
            id: UserID(rawValue: 0),
            email: email,
            displayName: name,
            tag: "",
            avatarURL: nil,
            createdAt: Timestamp(microseconds: 1_730_800_800_000_000),
            passwordHash: "$argon2id$"
        )
    }

    func register(
        _ email: String
    ) async throws(DirectoryRefusal) -> Shown<(user: User, session: Session)> {
        let number = UInt64(self.sink.entries.count) + 1
        return try await self.directory.register(
            Self.draft(email),
            session: SessionID(rawValue: number),
            sessionExpiresAt: self.start.advanced(by: .seconds(7 * 86_400))
        )
    }

    /// What the events in the journal make of an empty state.
    var rebuilt: DirectoryState {
        var state = DirectoryState()
        for entry in self.sink.entries {
            guard case .people(let event) = entry.event else { continue }
            state.apply(event, at: entry.position)
        }
        return state
    }
}
