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

    /// `state` is where the store has to be, and where it is afterwards but for the position.
    func write(_ batch: EventBatch, after state: StoreState) throws(StoreError) -> Outcome {
        var after = state
        after.applied = batch.through
        after.newest.take(batch.newest)
        try self.writer.begin(state)
        var refusals = Refusals(events: batch.events, at: self.now)
        try self.apply(batch.rows, into: &refusals)
        for letter in refusals.letters { try self.writer.bury(letter) }
        try self.writer.commit(after)
        return Outcome(state: after, letters: refusals.letters)
    }

    /// Halves what is refused down to the rows that are to blame.
    private func apply(_ rows: RowBatch, into refusals: inout Refusals) throws(StoreError) {
        guard rows.count > 0 else { return }
        do throws(StoreError) {
            try self.writer.apply(rows)
        } catch .refused(let code, let reason) {
            guard rows.count > 1 else {
                for key in rows.keys { refusals.add(key, code: code, reason: reason) }
                return
            }
            let (first, second) = rows.halves()
            try self.apply(first, into: &refusals)
            try self.apply(second, into: &refusals)
        }
    }
}

/// The rows of a batch that were refused, each once, with the events that made them.
private struct Refusals {
    private let events: [(position: Position, event: Event)]
    private let time: Timestamp
    /// Which events made which row. Most batches never ask.
    private lazy var places = Self.places(of: self.events)
    private(set) var letters: [DeadLetter] = []

    init(events: [(position: Position, event: Event)], at time: Timestamp) {
        self.events = events
        self.time = time
    }

    mutating func add(_ key: RowKey, code: String, reason: String) {
        guard let places = self.places.removeValue(forKey: key) else { return }
        var bytes: [UInt8] = []
        for place in places { EventCodec.append(self.events[place].event, mark: nil, to: &bytes) }
        self.letters.append(
            DeadLetter(
                position: places.last.map { self.events[$0].position } ?? .zero,
                table: key.table,
                key: key.key,
                events: bytes,
                code: code,
                reason: reason,
                at: self.time
            )
        )
    }

    private static func places(
        of events: [(position: Position, event: Event)]
    ) -> [RowKey: [Int]] {
        var places: [RowKey: [Int]] = [:]
        for (place, (position, event)) in events.enumerated() {
            for key in Set(event.rows(at: position).keys) { places[key, default: []].append(place) }
        }
        return places
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
