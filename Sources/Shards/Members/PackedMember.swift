/// A member's entry in 32 bytes: what the tables of all chats are made of.
///
/// Ids of messages are below 2^53 (`MessageID`), and leave eleven bits of each word to flags and to
/// the count that is nearly always small. Whatever does not fit, as only a damaged or a foreign
/// history has it, or somebody who has sent 262,144 messages and read none since, is kept by the
/// table beside this.
struct PackedMember: Equatable, Sendable {
    private static let idBits: UInt64 = 53
    private static let spareBits: UInt64 = 64 - Self.idBits
    private static let spareMask: UInt64 = 1 << Self.spareBits - 1
    /// Of `ownSinceCount` either way: 19 bits.
    private static let ownCountBound = 1 << 18

    private enum Flag {
        static let isPresent: UInt64 = 1
        static let isAdmin: UInt64 = 2
        static let isWhole: UInt64 = 4
        static let bits: UInt64 = 3
    }

    let user: UserID
    private let readCount: UInt32
    private let joinedAt: Timestamp
    /// `joinedAfter`, and the lower bits of the member's own messages.
    private let joined: UInt64
    /// `readThrough`, the upper bits of the same, and the flags.
    private let read: UInt64

    /// - Returns: nil where it does not fit.
    init?(_ entry: MemberTable.Entry) {
        let member = entry.member
        guard let readCount = UInt32(exactly: entry.readCount),
            (-Self.ownCountBound..<Self.ownCountBound).contains(entry.ownSinceCount),
            max(member.joinedAfter, member.readThrough).rawValue >> Self.idBits == 0
        else { return nil }
        let own = UInt64(entry.ownSinceCount + Self.ownCountBound)
        self.user = member.user
        self.readCount = readCount
        self.joinedAt = member.joinedAt
        self.joined = member.joinedAfter.rawValue << Self.spareBits | own & Self.spareMask
        self.read =
            member.readThrough.rawValue << Self.spareBits
            | (own >> Self.spareBits) << Flag.bits | Flag.isWhole
            | (member.role == .admin ? Flag.isAdmin : 0)
            | (member.isPresent ? Flag.isPresent : 0)
    }

    /// Stands for an entry that does not fit.
    init(insteadOf entry: MemberTable.Entry) {
        self.user = entry.member.user
        self.readCount = 0
        self.joinedAt = Timestamp(microseconds: 0)
        self.joined = 0
        self.read = entry.member.isPresent ? Flag.isPresent : 0
    }

    var isPresent: Bool { self.read & Flag.isPresent != 0 }

    /// nil where it did not fit.
    var entry: MemberTable.Entry? {
        guard self.read & Flag.isWhole != 0 else { return nil }
        var member = Member(
            user: self.user,
            role: self.read & Flag.isAdmin != 0 ? .admin : .member,
            joinedAt: self.joinedAt,
            joinedAfter: MessageID(rawValue: self.joined >> Self.spareBits)
        )
        member.isPresent = self.isPresent
        member.readThrough = MessageID(rawValue: self.read >> Self.spareBits)
        let upper = (self.read & Self.spareMask) >> Flag.bits
        let own = upper << Self.spareBits | self.joined & Self.spareMask
        return MemberTable.Entry(
            member,
            readCount: Int(self.readCount),
            ownSinceCount: Int(own) - Self.ownCountBound
        )
    }
}
