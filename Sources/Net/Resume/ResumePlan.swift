import Shards

/// What a session that comes back has to be told before it goes on live.
struct ResumePlan {
    struct Missed: Equatable {
        let position: Position
        let chat: ChatID
    }

    /// Where the session goes on from. A cut anywhere after it loses nothing.
    let seq: Position
    /// Whether everything is to be fetched anew: its history is another, or nothing of it is known.
    let isLost: Bool
    /// Chats that are to be fetched anew.
    private(set) var unknownChats: [ChatID] = []
    /// In the order of positions.
    private(set) var missed: [Missed] = []

    var hasNews: Bool { self.isLost || !self.unknownChats.isEmpty || !self.missed.isEmpty }

    /// `chats` are those that the user is in when all that `recent` has was walked.
    init(
        since: ResumePoint?,
        epoch: Epoch,
        user: UserID,
        chats: some Sequence<ChatID>,
        lastPositions: [ChatID: Position],
        recent: RecentEvents
    ) {
        guard let since else {
            self.seq = recent.last
            self.isLost = false
            return
        }
        guard since.epoch == epoch.text, recent.reaches(since.seq) else {
            self.seq = recent.last
            self.isLost = true
            return
        }
        self.seq = since.seq
        self.isLost = false
        guard since.seq < recent.last else { return }
        for chat in chats {
            let missed = recent.missed(
                of: chat,
                after: since.seq,
                by: user,
                lastKnown: lastPositions[chat]
            )
            switch missed {
            case .events(let positions):
                self.missed += positions.map { Missed(position: $0, chat: chat) }
            case .unknown:
                self.unknownChats.append(chat)
            }
        }
        self.missed.sort { $0.position < $1.position }
    }
}
