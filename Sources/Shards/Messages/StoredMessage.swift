/// A message with what hangs on it: its reactions and the position of its last change.
package struct StoredMessage: Equatable, Sendable {
    package private(set) var message: Message
    package private(set) var reactions: [Reaction] = []
    /// `,"reactions":[…]` finished, or empty where there are none.
    private var reactionsJSON: [UInt8] = []
    package private(set) var changedAt: Position

    var reactionsBytes: Int { self.reactionsJSON.count }

    package init(_ message: Message, at position: Position) {
        self.message = message
        self.changedAt = position
    }

    /// What a store gives back. The reactions are in the order in which they are shown.
    package init(_ message: Message, reactions: [Reaction], at position: Position) {
        self.init(message, at: position)
        if !message.isDeleted { self.set(reactions) }
    }

    package mutating func change(to message: Message, at position: Position) {
        self.message = message
        self.changedAt = position
        if message.isDeleted { self.set([]) }
    }

    package mutating func add(_ reaction: Reaction, at position: Position) {
        self.changedAt = position
        self.set(
            self.reactions.filter { !$0.isOf(reaction.user, emoji: reaction.emoji) }
                + [reaction]
        )
    }

    package mutating func removeReaction(of user: UserID, emoji: String, at position: Position) {
        self.changedAt = position
        self.set(self.reactions.filter { !$0.isOf(user, emoji: emoji) })
    }

    package func reaction(of user: UserID, emoji: String) -> Reaction? {
        self.reactions.first { $0.isOf(user, emoji: emoji) }
    }

    private mutating func set(_ reactions: [Reaction]) {
        self.reactions = reactions
        self.reactionsJSON = []
        guard !reactions.isEmpty else { return }
        var json = JSONWriter(reserving: min(reactions.count, Reaction.shownMax) * 128)
        json.raw(",\"reactions\":[")
        for (index, reaction) in reactions.suffix(Reaction.shownMax).enumerated() {
            json.raw(index == 0 ? "{" : ",{")
            reaction.writeFields(to: &json)
            json.raw("}")
        }
        json.raw("]")
        if reactions.count > Reaction.shownMax { Self.writeCounts(of: reactions, to: &json) }
        self.reactionsJSON = json.bytes
    }

    private static func writeCounts(of reactions: [Reaction], to json: inout JSONWriter) {
        var kinds: [(emoji: String, count: Int)] = []
        for reaction in reactions {
            if let index = kinds.firstIndex(where: { $0.emoji == reaction.emoji }) {
                kinds[index].count += 1
            } else {
                kinds.append((reaction.emoji, 1))
            }
        }
        json.raw(",\"reaction_counts\":{")
        for (index, kind) in kinds.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(kind.emoji)
            json.raw(":")
            json.integer(kind.count)
        }
        json.raw("}")
    }
}

// MARK: - The finished object

extension StoredMessage {
    private static let noReactions: StaticString = ",\"reactions\":[]"
    private static let read: StaticString = ",\"status\":\"read\"}"
    private static let delivered: StaticString = ",\"status\":\"delivered\"}"

    /// How many bytes `write` will write.
    package func byteCount(isRead: Bool) -> Int {
        self.message.json.count
            + (self.reactionsJSON.isEmpty
                ? Self.noReactions.utf8CodeUnitCount : self.reactionsJSON.count)
            + (isRead ? Self.read : Self.delivered).utf8CodeUnitCount
    }

    /// Writes the contract's `Message` object.
    package func write(isRead: Bool, to sink: inout MemoryWriter) {
        sink.write(self.message.json)
        if self.reactionsJSON.isEmpty {
            sink.write(Self.noReactions)
        } else {
            sink.write(self.reactionsJSON)
        }
        sink.write(isRead ? Self.read : Self.delivered)
    }

    package func write(isRead: Bool, to json: inout JSONWriter) {
        json.raw(self.message.json)
        if self.reactionsJSON.isEmpty {
            json.raw(Self.noReactions)
        } else {
            json.raw(self.reactionsJSON)
        }
        json.raw(isRead ? Self.read : Self.delivered)
    }
}
