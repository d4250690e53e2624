import Shards

/// Brings all of a source into a file, stretch by stretch.
struct SnapshotCapture {
    private static let messagesInRecord = 256
    private static let messageBytesInRecord = 1 << 20
    private static let membersInRecord = 4_096
    private static let idsInRecord = 1 << 16

    let source: any SnapshotSource
    var file: SnapshotFile

    mutating func run() throws(DiskError) {
        try self.addPeople()
        for shard in 0..<self.source.shardCount { try self.addRest(of: shard) }
        try self.addLegacyMessages()
        for shard in 0..<self.source.shardCount {
            var start: Int? = 0
            while let place = start {
                let stretch = self.source.chats(of: shard, from: place)
                for chat in stretch.chats { try self.add(chat.parts) }
                start = stretch.next
            }
        }
    }

    private mutating func addPeople() throws(DiskError) {
        var start: Int? = 0
        while let place = start {
            let stretch = self.source.accounts(from: place)
            for account in stretch.accounts {
                try self.file.add { SnapshotCodec.append(account, to: &$0) }
                self.file.counts.accounts += 1
            }
            start = stretch.next
        }
        start = 0
        while let place = start {
            let stretch = self.source.sessions(from: place)
            for session in stretch.sessions.values {
                try self.file.add { SnapshotCodec.append(session, to: &$0) }
            }
            self.file.counts.sessions += stretch.sessions.count
            start = stretch.next
        }
        let rest = self.source.directoryRest()
        for (session, time) in rest.endedSessions {
            try self.file.add { SnapshotCodec.append(ended: session, at: time, to: &$0) }
        }
        for made in rest.reservations {
            try self.file.add { SnapshotCodec.append(made, to: &$0) }
        }
        try self.file.add {
            SnapshotCodec.appendSpent(users: rest.newestUser, chats: rest.newestChat, to: &$0)
        }
    }

    private mutating func addRest(of shard: Int) throws(DiskError) {
        let rest = self.source.rest(of: shard)
        for slot in rest.slots where slot.messageCounter > 0 || slot.reactionCounter > 0 {
            try self.file.add { SnapshotCodec.append(slot, to: &$0) }
        }
        for chat in rest.deleted {
            try self.file.add { SnapshotCodec.append(deleted: chat, to: &$0) }
        }
        var start: Int? = 0
        while let place = start {
            let stretch = self.source.marks(of: shard, from: place)
            for (mark, slot) in stretch.marks {
                try self.file.add { SnapshotCodec.append(mark, in: slot, to: &$0) }
            }
            self.file.counts.marks += stretch.marks.count
            start = stretch.next
        }
    }

    private mutating func addLegacyMessages() throws(DiskError) {
        for (first, chats) in self.source.legacy.runs(of: Self.idsInRecord) {
            try self.file.add {
                SnapshotCodec.append(legacyMessages: chats, from: first, to: &$0)
            }
        }
    }

    private mutating func add(_ parts: ChatParts) throws(DiskError) {
        try self.file.add { SnapshotCodec.append(parts, to: &$0) }
        try self.add(parts.members.all, by: Self.membersInRecord) {
            SnapshotCodec.append($0, to: &$1)
        }
        for absence in parts.absences {
            try self.file.add { SnapshotCodec.append(absence, to: &$0) }
        }
        try self.add(parts.log.window)
        try self.add(parts.log.deletedIDs, by: Self.idsInRecord) {
            SnapshotCodec.append(deletedMessages: $0, to: &$1)
        }
        for (id, touched) in parts.log.touched {
            try self.file.add { SnapshotCodec.append(touched, of: id, to: &$0) }
        }
        for id in parts.log.refusedIDs {
            try self.file.add { SnapshotCodec.append(refused: id, to: &$0) }
        }
        self.file.counts.chats += 1
        self.file.counts.messages += parts.log.window.count
    }

    private mutating func add(_ window: ContiguousArray<StoredMessage>) throws(DiskError) {
        var start = 0
        while start < window.count {
            var end = start
            var byteCount = 0
            while end < window.count, end - start < Self.messagesInRecord,
                byteCount < Self.messageBytesInRecord
            {
                byteCount += window[end].memoryBytes
                end += 1
            }
            try self.file.add { SnapshotCodec.append(window[start..<end], to: &$0) }
            start = end
        }
    }

    /// Adds records of `count` elements.
    private mutating func add<Elements: RandomAccessCollection>(
        _ elements: Elements,
        by count: Int,
        _ encode: (Elements.SubSequence, inout [UInt8]) -> Void
    ) throws(DiskError) {
        var rest = elements[...]
        while !rest.isEmpty {
            try self.file.add { encode(rest.prefix(count), &$0) }
            rest = rest.dropFirst(count)
        }
    }
}
