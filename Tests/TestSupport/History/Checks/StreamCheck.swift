/// Follows the event streams of all connections: REGRESS, REORDER, GAP and LEAK.
///
/// Everybody hears of the events of a chat in one order if positions grow on every connection and a
/// position names one event for all.
struct StreamCheck {
    /// An event with all its frames.
    struct Event {
        let position: EventPosition
        let frames: [ServerFrame]
    }

    private struct Connection {
        let user: Int
        let epoch: Int
        let start: Int
        var newest: Int
        /// Of each chat that is followed: its newest event here, nil before the first one.
        var chats: [Int: Int?]
        /// Frames of an event whose last frame is still to come.
        var pending: [ServerFrame] = []
    }

    private struct Epoch {
        /// What was heard at a position.
        var events: [Int: ServerFrame] = [:]
        var newestHeard = 0
        /// The newest that was heard in earlier lives of the server.
        var newestOfEarlierLives = 0
    }

    private(set) var findings: [HistoryFinding] = []
    private var connections: [Int: Connection] = [:]
    private var epochs: [Epoch] = []
    private var numberOfEpoch: [String: Int] = [:]

    mutating func started() {
        for index in self.epochs.indices {
            self.epochs[index].newestOfEarlierLives = self.epochs[index].newestHeard
        }
    }

    /// - Returns: the event whose last frame this is.
    mutating func heard(_ heard: HeardFrame) -> Event? {
        let frame = heard.frame
        if frame.event == "hello" {
            self.greeted(frame.data, on: heard.connection)
            return nil
        }
        guard !frame.isPassing, var connection = self.connections[heard.connection] else {
            return nil
        }
        defer { self.connections[heard.connection] = connection }
        guard let seq = frame.seq else {
            connection.pending.append(frame)
            return nil
        }
        let event = Event(
            position: EventPosition(epoch: connection.epoch, seq: seq),
            frames: connection.pending + [frame]
        )
        connection.pending = []
        let place = "connection \(heard.connection) of user \(connection.user)"
        self.checkPosition(seq, of: frame, on: &connection, place)
        self.checkChain(seq, of: frame, on: &connection, place)
        return event
    }

    private mutating func greeted(_ hello: ServerFrame.Contents, on number: Int) {
        guard let name = hello.epoch, let seq = hello.seq, let user = hello.user else { return }
        let epoch = self.numberOfEpoch[name] ?? self.epochs.count
        if epoch == self.epochs.count {
            self.numberOfEpoch[name] = epoch
            self.epochs.append(Epoch())
        }
        let newest = self.epochs[epoch].newestOfEarlierLives
        if seq < newest {
            let text = "connection \(number) begins at \(seq), after \(newest) in an earlier life"
            self.findings.append(HistoryFinding(.regress, text))
        }
        self.connections[number] = Connection(
            user: user,
            epoch: epoch,
            start: seq,
            newest: seq,
            chats: Dictionary((hello.chats ?? []).map { ($0, nil) }) { first, _ in first }
        )
    }

    private mutating func checkPosition(
        _ seq: Int,
        of frame: ServerFrame,
        on connection: inout Connection,
        _ place: String
    ) {
        if seq <= connection.newest {
            let text = "\(place) heard \(seq) after \(connection.newest)"
            self.findings.append(HistoryFinding(.reorder, text))
        }
        connection.newest = max(connection.newest, seq)
        self.epochs[connection.epoch].newestHeard = max(
            self.epochs[connection.epoch].newestHeard,
            seq
        )
        let known = self.epochs[connection.epoch].events.updateValue(frame, forKey: seq)
        if let known, !frame.isSameEvent(as: known) {
            let text = "\(seq) was \(known.event) for one, and is \(frame.event) on \(place)"
            self.findings.append(HistoryFinding(.regress, text))
        }
    }

    private mutating func checkChain(
        _ seq: Int,
        of frame: ServerFrame,
        on connection: inout Connection,
        _ place: String
    ) {
        guard let chat = frame.chat else { return }
        let isOwn = frame.data.user == connection.user
        if let newest = connection.chats[chat] {
            // Before the first event here, the hello's position stands for all that came before.
            let isComplete =
                newest.map { $0 == frame.prev } ?? (frame.prev ?? 0 <= connection.start)
            if !isComplete {
                let last = newest ?? connection.start
                let text = "chat \(chat) goes from \(last) to \(seq), prev \(frame.prev ?? 0)"
                self.findings.append(HistoryFinding(.gap, "\(place): \(text)"))
            }
        } else if frame.event != "chat.created" && !(frame.event == "member.added" && isOwn) {
            let text = "\(place) heard \(frame.event) of chat \(chat)"
            self.findings.append(HistoryFinding(.leak, text))
        }
        let isEnd = frame.event == "chat.deleted" || (frame.event == "member.removed" && isOwn)
        connection.chats[chat] = isEnd ? nil : .some(.some(seq))
    }
}

extension ServerFrame {
    /// Whether it tells of the same event, as far as what it tells never changes.
    fileprivate func isSameEvent(as other: ServerFrame) -> Bool {
        self.event == other.event && self.prev == other.prev && self.chat == other.chat
            && self.data.id == other.data.id && self.data.message == other.data.message
            && self.data.user == other.data.user && self.data.emoji == other.data.emoji
            && self.data.ts == other.data.ts && self.data.content == other.data.content
    }
}
