/// Names one person. Small and sequential, handed out by the `Directory`, never reused.
package struct UserID: Hashable, Comparable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static func < (left: UserID, right: UserID) -> Bool { left.rawValue < right.rawValue }

    /// Who wrote what an older database has without its author. Never handed out.
    package static let nobody = UserID(rawValue: 0)
}

/// Names one chat. Small and sequential, handed out by the `Directory`, never reused.
package struct ChatID: Hashable, Comparable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static func < (left: ChatID, right: ChatID) -> Bool { left.rawValue < right.rawValue }

    /// The slot that holds this chat, for ever.
    package var slot: Slot { Slot(of: self) }
}

/// Names one message and the slot that made it: `counter << 10 | slot`.
///
/// Below 2^53, so that JavaScript can hold it. Grows within a chat, so it is the page cursor.
package struct MessageID: Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package init(counter: UInt64, slot: Slot) {
        precondition(counter <= Self.counterMax, "a slot has handed out all of its message ids")
        self.rawValue = counter << Slot.bits | UInt64(slot.rawValue)
    }

    package static let counterMax: UInt64 = 1 << (53 - Slot.bits) - 1

    package static func < (left: MessageID, right: MessageID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The id after it, or itself where that is the last.
    var next: MessageID { MessageID(rawValue: self.rawValue == .max ? .max : self.rawValue + 1) }

    package var counter: UInt64 { self.rawValue >> Slot.bits }
    package var slot: Slot { Slot(rawValue: UInt16(self.rawValue & UInt64(Slot.count - 1))) }
}

/// Names one reaction: made like a `MessageID`, from a counter of its own in the same slot.
package struct ReactionID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package init(counter: UInt64, slot: Slot) {
        precondition(counter <= MessageID.counterMax, "a slot has handed out all of its ids")
        self.rawValue = counter << Slot.bits | UInt64(slot.rawValue)
    }

    package var counter: UInt64 { self.rawValue >> Slot.bits }
}

/// Names one sign-in and the refresh tokens that descend from it. Random.
package struct SessionID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }
}
