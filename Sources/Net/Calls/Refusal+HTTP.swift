import NIOHTTP1
import Shards

extension Refusal {
    /// The contract's status and sentence.
    var answer: (status: Int, detail: String) {
        switch self {
        case .accessDenied: (403, "Access denied")
        case .chatNotFound: (404, "Chat not found")
        case .messageNotFound: (404, "Message not found")
        case .replyNotFound: (400, "Reply message not found or belongs to different chat")
        case .replyToDeleted: (400, "Cannot reply to deleted message")
        case .editOfDeleted: (400, "Cannot update deleted message")
        case .reactionToDeleted: (400, "Cannot react to deleted message")
        case .alreadyDeleted: (400, "Message already deleted")
        case .reactionExists: (400, "Reaction already exists")
        case .tooManyReactionKinds: (400, "Too many different reactions")
        case .onlyAdminsAdd: (400, "Only admins can add members to group chats")
        case .onlyAdminsRemove: (400, "Only admins can remove members from group chats")
        case .directHasTwo: (400, "Cannot add members to direct messages")
        case .directKeepsMembers: (400, "Cannot remove members from direct messages")
        case .directCannotBeLeft: (400, "Cannot leave direct messages")
        case .adminsLeaveInstead: (400, "Admins cannot remove themselves, use leave instead")
        case .alreadyMember: (400, "User is already a member of this chat")
        case .notMember: (400, "User is not a member of this chat")
        case .chatIsFull: (400, "The chat has its \(Chat.membersMax) members already")
        case .keyReused: (422, "Idempotency-Key was used with another body")
        case .noRoom: (503, "The server is busy, try again")
        }
    }
}

extension DirectoryRefusal {
    var answer: (status: Int, detail: String) {
        switch self {
        case .emailTaken: (400, "Email already registered")
        case .tagTaken: (409, "Tag is already taken")
        case .userNotFound: (401, "User not found")
        case .sessionOver: (401, "Invalid refresh token")
        case .noRoom: (503, "The server is busy, try again")
        }
    }
}

extension Call {
    func refusal(_ refusal: Refusal, after: Position) -> Response {
        let (status, detail) = refusal.answer
        let headers: [ResponseHeader] = status == 503 ? [.retryAfter(1)] : []
        return Response(self.head, status: status, detail: detail, headers: headers, after: after)
    }
}

extension Failure {
    init(_ refusal: DirectoryRefusal, after: Position = .zero) {
        let (status, detail) = refusal.answer
        self = status == 503 ? .busy : .status(status, detail, after: after)
    }

    init(_ refusal: Refusal, after: Position) {
        let (status, detail) = refusal.answer
        self = status == 503 ? .busy : .status(status, detail, after: after)
    }
}
