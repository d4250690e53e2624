/// A chat taken apart for a snapshot, and what one is put together from again.
///
/// Taking one apart copies nothing: the parts share the chat's memory until it changes.
package struct ChatParts: Sendable {
    package let chat: Chat
    /// Of its newest event.
    package let position: Position
    /// By ascending user, those who left included.
    package var members: ContiguousArray<MemberTable.Entry>
    /// In order of leaving.
    package var absences: [Absence]
    package var log: MessageLog.Parts

    package init(_ chat: Chat, log: MessageLog.Parts, at position: Position) {
        self.chat = chat
        self.position = position
        self.members = []
        self.absences = []
        self.log = log
    }
}

extension ChatState {
    package var parts: ChatParts {
        var parts = ChatParts(self.chat, log: self.log.parts, at: self.lastPosition)
        parts.members = self.members.all
        parts.absences = self.marks.unread
        return parts
    }

    /// - Returns: nil where the parts do not fit together.
    package init?(_ parts: ChatParts) {
        guard let log = MessageLog(parts.log), let members = MemberTable(parts.members) else {
            return nil
        }
        var marks = ReadMarks()
        var through = MessageID(rawValue: 0)
        for absence in parts.absences {
            guard through <= absence.through, absence.after < absence.through else { return nil }
            through = absence.through
            marks.restore(absence)
        }
        marks.recount(members)
        self.init(parts.chat, members: members, log: log, marks: marks, at: parts.position)
    }
}

extension MemberTable {
    /// - Returns: nil where the users do not ascend.
    fileprivate init?(_ entries: ContiguousArray<Entry>) {
        let pairs = zip(entries, entries.dropFirst())
        guard pairs.allSatisfy({ $0.member.user < $1.member.user }) else { return nil }
        self.init(ascending: entries)
    }
}
