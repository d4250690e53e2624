/// A chat taken apart for a snapshot, and what one is put together from again.
///
/// Taking one apart copies nothing: the parts share the chat's memory until it changes.
package struct ChatParts: Sendable {
    package let chat: Chat
    /// Of its newest event.
    package let position: Position
    /// By ascending user, those who left included.
    package var members = MemberTable()
    /// In order of leaving.
    package var absences: [Absence] = []
    package var log: MessageLog.Parts

    package init(_ chat: Chat, log: MessageLog.Parts, at position: Position) {
        self.chat = chat
        self.position = position
        self.log = log
    }
}

extension ChatState {
    package var parts: ChatParts {
        var parts = ChatParts(self.chat, log: self.log.parts, at: self.lastPosition)
        parts.members = self.members
        parts.absences = self.marks.unread
        return parts
    }

    /// - Returns: nil where the parts do not fit together.
    package init?(_ parts: ChatParts) {
        guard let log = MessageLog(parts.log) else { return nil }
        var marks = ReadMarks()
        var through = MessageID(rawValue: 0)
        for absence in parts.absences {
            guard through <= absence.through, absence.after < absence.through else { return nil }
            through = absence.through
            marks.restore(absence)
        }
        marks.recount(parts.members)
        self.init(parts.chat, members: parts.members, log: log, marks: marks, at: parts.position)
    }
}
