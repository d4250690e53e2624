/// Why a command was refused. Nothing has changed.
package enum Refusal: Error, Hashable, Sendable {
    case accessDenied
    case chatNotFound
    case messageNotFound
    case replyNotFound
    case replyToDeleted
    case editOfDeleted
    case reactionToDeleted
    case alreadyDeleted
    case reactionExists
    case tooManyReactionKinds
    case onlyAdminsAdd
    case onlyAdminsRemove
    case directHasTwo
    case directKeepsMembers
    case directCannotBeLeft
    case adminsLeaveInstead
    case alreadyMember
    case notMember
    case chatIsFull
    /// The same idempotency key came with another body.
    case keyReused
    /// The journal has no room. The same command may succeed later.
    case noRoom
}
