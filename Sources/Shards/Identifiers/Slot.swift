/// One of a fixed number of places that chats are hashed to.
///
/// A slot never changes its chats: the count and the mix below are part of the disk format and of
/// every message id.
package struct Slot: Hashable, Sendable {
    package static let bits = 10
    package static let count = 1 << Self.bits

    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        precondition(rawValue < Self.count, "a slot is below \(Self.count)")
        self.rawValue = rawValue
    }

    /// Mixes the chat's id with the finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable
    /// pseudorandom number generators", OOPSLA 2014), not with `Hashable`, which is seeded anew in
    /// each process.
    package init(of chat: ChatID) {
        var mixed = UInt64(chat.rawValue) &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        self.rawValue = UInt16(truncatingIfNeeded: mixed & UInt64(Self.count - 1))
    }

    /// The shard that holds this slot where there are `shardCount` of them.
    package func shard(of shardCount: Int) -> Int { Int(self.rawValue) % shardCount }
}
