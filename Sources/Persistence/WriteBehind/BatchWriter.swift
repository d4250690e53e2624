package import Shards

/// Writes one batch of events in one transaction, and puts aside the rows that the store refuses.
struct BatchWriter {
    /// What the writing of a batch left.
    struct Outcome {
        let state: StoreState
        let letters: [DeadLetter]
    }

    let writer: any HistoryWriter
    let now: Timestamp

    /// - Parameter state: what the store has to be at, and what it is at afterwards but for the
    ///   position.
    func write(
        _ events: [(position: Position, event: Event)],
        after state: StoreState,
        through: Position
    ) throws(StoreError) -> Outcome {
        var coalescer = RowCoalescer()
        for (position, event) in events { coalescer.take(event, at: position) }
        let (rows, newest) = coalescer.finish()
        var after = state
        after.applied = through
        after.newest.take(newest)
        try self.writer.begin(state)
        var letters: [DeadLetter] = []
        try self.apply(rows, of: events, into: &letters)
        for letter in letters { try self.writer.bury(letter) }
        try self.writer.commit(after)
        return Outcome(state: after, letters: letters)
    }

    /// Halves what is refused down to the rows that are to blame.
    private func apply(
        _ rows: RowBatch,
        of events: [(position: Position, event: Event)],
        into letters: inout [DeadLetter]
    ) throws(StoreError) {
        guard rows.count > 0 else { return }
        do throws(StoreError) {
            try self.writer.apply(rows)
        } catch .refused(let code, let reason) {
            guard rows.count > 1 else {
                letters += rows.keys.prefix(1).map { key in
                    self.letter(for: key, of: events, code: code, reason: reason)
                }
                return
            }
            let (first, second) = rows.halves()
            try self.apply(first, of: events, into: &letters)
            try self.apply(second, of: events, into: &letters)
        }
    }

    private func letter(
        for key: RowKey,
        of events: [(position: Position, event: Event)],
        code: String,
        reason: String
    ) -> DeadLetter {
        var bytes: [UInt8] = []
        var newest = Position.zero
        for (position, event) in events where event.rows(at: position).keys.contains(key) {
            EventCodec.append(event, mark: nil, to: &bytes)
            newest = position
        }
        return DeadLetter(
            position: newest,
            table: key.table,
            key: key.key,
            events: bytes,
            code: code,
            reason: reason,
            at: self.now
        )
    }
}

extension Event {
    /// What it alone leaves behind.
    fileprivate func rows(at position: Position) -> RowBatch {
        var coalescer = RowCoalescer()
        coalescer.take(self, at: position)
        return coalescer.finish().rows
    }
}

extension DeadLetter {
    /// The row, made again from its events.
    package var rows: RowBatch {
        get throws(MalformedEntry) {
            var coalescer = RowCoalescer()
            for event in try self.decodedEvents() { coalescer.take(event, at: self.position) }
            let key = RowKey(table: self.table, key: self.key)
            return coalescer.finish().rows.filtered { $0 == key }
        }
    }

    package func decodedEvents() throws(MalformedEntry) -> [Event] {
        var events: [Event] = []
        var isMalformed = false
        self.events.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            while reader.remainingCount > 0, !isMalformed {
                if let entry = try? EventCodec.decode(&reader) {
                    events.append(entry.event)
                } else {
                    isMalformed = true
                }
            }
        }
        if isMalformed { throw MalformedEntry() }
        return events
    }

    /// The message whose row it is, or whose reaction.
    package var message: MessageID? {
        guard self.table == "messages" || self.table == "message_reactions" else { return nil }
        return UInt64(self.key.prefix { $0 != "," }).map { MessageID(rawValue: $0) }
    }
}
