import Shards

extension Socket {
    /// What a durable event changes in which chats a socket follows.
    struct Change {
        let chat: ChatID
        let position: Position
        let isJoin: Bool
    }
}
