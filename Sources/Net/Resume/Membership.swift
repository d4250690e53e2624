import Shards

/// The chats that a user is in, as of one position.
struct Membership: Sendable {
    var chats: [ChatID]
    var asOf: Position
    /// Where each chat stood when it was looked at; empty where nobody asked.
    var lastPositions: [ChatID: Position] = [:]
}

extension Server {
    /// Looks up a user's chats, as they are at `position` or later.
    ///
    /// With positions it comes back when all of these have been walked on every loop, so that what
    /// a loop remembers of a chat reaches as far.
    func membership(
        of user: UserID,
        asOf position: Position,
        withPositions: Bool
    ) async -> Membership {
        let found = await self.directory.chats(of: user, indexedThrough: position)
        var membership = Membership(chats: found.chats, asOf: found.asOf)
        guard withPositions else { return membership }
        let chatsOfLoop = Dictionary(grouping: found.chats) {
            $0.slot.shard(of: self.loops.count)
        }
        for (index, chats) in chatsOfLoop {
            let positions = await self.loops[index].shard.lastPositions(of: chats)
            membership.lastPositions.merge(zip(chats, positions)) { _, new in new }
        }
        // The home loop is handed a batch after the others: what is queued now comes behind it.
        await self.directory.indexed(through: membership.lastPositions.values.max() ?? .zero)
        return membership
    }
}
