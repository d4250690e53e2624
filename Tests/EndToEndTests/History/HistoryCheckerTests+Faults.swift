import TestSupport

extension HistoryCheckerTests {
    static let faults: [Fault] = Self.messageFaults + Self.effectFaults + Self.streamFaults

    private static let messageFaults: [Fault] = [
        Fault(.lost, "an acknowledged message is not there") {
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 0)
            )
            $0.remove(.found(.message(30, by: 1, "c")))
        },
        Fault(.lost, "an acknowledged message is not on a later page") {
            let whole: [ShownMessage] = [
                .message(20, by: 2, nil, replyTo: 10), .message(10, by: 1, "a2"),
            ]
            $0.replace(.page(13, whole), by: .page(13, [whole[1]]))
        },
        Fault(.lost, "an acknowledged edit is not there") {
            $0.replaceFound(10) { $0.content = "a" }
        },
        Fault(.lost, and: [.phantom], "a message has another author") {
            $0.replaceFound(10) { $0.author = 2 }
        },
        Fault(.lost, "a reply answers nothing") { $0.replaceFound(20) { $0.replyTo = nil } },
        Fault(.lost, "a deleted message still has its text") {
            $0.replaceFound(20) { $0.content = "b" }
        },
        Fault(.broadcastLost, "a message that was heard is not there") {
            $0.remove(.found(.message(30, by: 1, "c")))
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 0)
            )
            $0.remove(.done(9, message: .message(30, by: 1, "c")))
        },
        Fault(.broadcastLost, "an edit that was heard is not there") {
            $0.remove(.done(4, message: .message(10, by: 1, "a2")))
            $0.replaceFound(10) { $0.content = "a" }
        },
        Fault(.broadcastLost, "a message that was heard as read is not") {
            $0.replaceFound(10) { $0.status = "delivered" }
        },
        Fault(.broadcastLost, "a message was made anew after it was heard") {
            $0.remove(.done(9, message: .message(30, by: 1, "c")))
            $0.replaceFound(30) { $0.ts = "2024-11-05T10:00:01.000000Z" }
        },
        Fault(.duplicate, "one key made two messages") {
            $0.insert(.done(2, message: .message(15, by: 1, "a")), before: .killed(life: 1))
        },
        Fault(.duplicate, "one text is there twice") {
            $0.insert(.found(.message(40, by: 1, "c")), after: .found(.message(30, by: 1, "c")))
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 2)
            )
        },
        Fault(.duplicate, "one id is there twice") {
            let last = HistoryRecord.found(.message(20, by: 2, nil, replyTo: 10))
            $0.insert(last, after: last)
        },
        Fault(.reorder, "what was sent later has a lower id") {
            let next = HistoryRecord.ask(10, by: 2, .send(chat: 7, text: "d", replyTo: nil))
            $0.insert(.ask(20, by: 1, .send(chat: 7, text: "f", replyTo: nil)), before: next)
            $0.insert(.done(20, message: .message(25, by: 1, "f")), before: next)
            $0.insert(.found(.message(25, by: 1, "f")), before: .found(.message(30, by: 1, "c")))
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 2)
            )
        },
        Fault(.reorder, "the last reading is out of order") {
            $0.remove(.found(.message(30, by: 1, "c")))
            $0.insert(
                .found(.message(30, by: 1, "c")),
                before: .found(.message(20, by: 2, nil, replyTo: 10))
            )
        },
        Fault(.phantom, "nobody sent a message that is there") {
            $0.insert(.found(.message(40, by: 1, "?")), after: .found(.message(30, by: 1, "c")))
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 2)
            )
        },
        Fault(.phantom, "nobody sent a message that was heard") {
            $0.insert(
                .event(1, "message.created", .message(40, by: 2, "?"), seq: 9, prev: 8),
                before: .killed(life: 1)
            )
            $0.replace(.hello(3, user: 1, seq: 8), by: .hello(3, user: 1, seq: 9))
            $0.replace(
                .event(3, "message.created", .message(30, by: 1, "c"), seq: 9, prev: 8),
                by: .event(3, "message.created", .message(30, by: 1, "c"), seq: 10, prev: 9)
            )
        },
        Fault(.phantom, "a refused message is there") {
            $0.insert(.found(.message(40, by: 3, "e")), after: .found(.message(30, by: 1, "c")))
            $0.replace(
                .foundUnread(chat: 7, user: 1, count: 0),
                by: .foundUnread(chat: 7, user: 1, count: 1)
            )
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 2)
            )
        },
        Fault(.phantom, "a message has a text that nobody wrote") {
            $0.replaceFound(30) { $0.content = "C" }
        },
        Fault(.regress, and: [.lost, .broadcastLost], "an id is used a second time") {
            $0.insert(
                .ask(20, by: 2, .send(chat: 7, text: "twice", replyTo: nil)),
                before: .killed(life: 1)
            )
            $0.insert(
                .event(1, "message.created", .message(20, by: 2, "twice"), seq: 9, prev: 8),
                before: .killed(life: 1)
            )
            $0.replace(.hello(3, user: 1, seq: 8), by: .hello(3, user: 1, seq: 9))
            $0.replace(
                .event(3, "message.created", .message(30, by: 1, "c"), seq: 9, prev: 8),
                by: .event(3, "message.created", .message(30, by: 1, "c"), seq: 10, prev: 9)
            )
        },
    ]

    private static let effectFaults: [Fault] = [
        Fault(.lost, "an acknowledged reaction is not there") {
            $0.replaceFound(10) { $0.reactions = [] }
        },
        Fault(.lost, "a removed member is still there") {
            $0.replace(
                .foundMembers(chat: 7, users: [1, 2]),
                by: .foundMembers(chat: 7, users: [1, 2, 3])
            )
        },
        Fault(.lost, "what somebody has read is unread") {
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 2)
            )
        },
        Fault(.lost, "an acknowledged account is not there") { $0.remove(.foundUser(4)) },
        Fault(.broadcastLost, "a reaction that was heard is not there") {
            $0.remove(.done(5))
            $0.replaceFound(10) { $0.reactions = [] }
        },
        Fault(.broadcastLost, "a removal that was heard did not happen") {
            $0.remove(.done(7))
            $0.replace(
                .foundMembers(chat: 7, users: [1, 2]),
                by: .foundMembers(chat: 7, users: [1, 2, 3])
            )
        },
        Fault(.broadcastLost, "what somebody was heard to have read is unread") {
            $0.remove(.done(8, readThrough: 20))
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 2)
            )
        },
        Fault(.phantom, "nobody made a reaction that is there") {
            $0.replaceFound(30) { $0.reactions = [ShownReaction(user: 2, emoji: "?")] }
        },
        Fault(.phantom, "nobody added a member who is there") {
            $0.replace(
                .foundMembers(chat: 7, users: [1, 2]),
                by: .foundMembers(chat: 7, users: [1, 2, 9])
            )
        },
        Fault(.phantom, "a founder is gone and nobody removed them") {
            $0.replace(
                .foundMembers(chat: 7, users: [1, 2]),
                by: .foundMembers(chat: 7, users: [1])
            )
        },
        Fault(.phantom, "nobody read what is read") {
            $0.replace(
                .foundUnread(chat: 7, user: 2, count: 1),
                by: .foundUnread(chat: 7, user: 2, count: 0)
            )
        },
        Fault(.duplicate, "one reaction is there twice") {
            $0.replaceFound(10) { $0.reactions += $0.reactions }
        },
        Fault(.regress, "two accounts have one id") {
            $0.append(.ask(20, by: 0, .register(mail: "five@example.org")))
            $0.append(.done(20, id: 4))
        },
    ]

    private static let streamFaults: [Fault] = [
        Fault(.regress, "the position goes back after a crash") {
            $0.replace(.hello(3, user: 1, seq: 8), by: .hello(3, user: 1, seq: 7))
            $0.replace(
                .event(3, "message.created", .message(30, by: 1, "c"), seq: 9, prev: 8),
                by: .event(3, "message.created", .message(30, by: 1, "c"), seq: 9, prev: 7)
            )
        },
        Fault(.regress, "a position is used for another event") {
            $0.replace(
                .event(
                    2,
                    "message.created",
                    .message(20, by: 2, "b", replyTo: 10),
                    seq: 3,
                    prev: 2
                ),
                by: .event(2, "reaction.added", .reaction(10, by: 2, "+"), seq: 3, prev: 2)
            )
        },
        Fault(.gap, "an event is left out") {
            $0.remove(
                .event(1, "message.created", .message(20, by: 2, "b", replyTo: 10), seq: 3, prev: 2)
            )
        },
        Fault(.gap, "the first event after a hello is left out") {
            $0.remove(.event(1, "message.created", .message(10, by: 1, "a"), seq: 2, prev: 1))
        },
        Fault(.reorder, and: [.gap], "a position comes after a higher one") {
            let event = HistoryRecord.event(
                2,
                "message.created",
                .message(10, by: 1, "a"),
                seq: 2,
                prev: 1
            )
            $0.remove(event)
            $0.insert(event, before: .killed(life: 1))
        },
        Fault(.leak, "a reader hears of a chat that they are not in") {
            $0.replace(.hello(2, user: 2, seq: 1), by: .hello(2, user: 2, seq: 1, chats: [8]))
        },
        Fault(.leak, "somebody who was removed hears what comes after") {
            $0.insert(.hello(9, user: 3, seq: 6), before: .killed(life: 1))
            $0.insert(
                .event(9, "member.removed", .member(3), seq: 7, prev: 6),
                before: .killed(life: 1)
            )
            $0.insert(
                .event(9, "message.read", .read(by: 2, through: 20), seq: 8, prev: 7),
                before: .killed(life: 1)
            )
        },
    ]
}

extension [HistoryRecord] {
    mutating func replace(_ old: HistoryRecord, by new: HistoryRecord) {
        guard let place = self.firstIndex(of: old) else { return }
        self[place] = new
    }

    mutating func remove(_ record: HistoryRecord) {
        guard let place = self.firstIndex(of: record) else { return }
        self.remove(at: place)
    }

    mutating func insert(_ new: HistoryRecord, before record: HistoryRecord) {
        self.insert(contentsOf: [new], before: record)
    }

    mutating func insert(contentsOf new: [HistoryRecord], before record: HistoryRecord) {
        guard let place = self.firstIndex(of: record) else { return }
        self.insert(contentsOf: new, at: place)
    }

    mutating func insert(_ new: HistoryRecord, after record: HistoryRecord) {
        guard let place = self.firstIndex(of: record) else { return }
        self.insert(new, at: place + 1)
    }

    /// Changes a message of the last reading.
    mutating func replaceFound(_ id: Int, by change: (inout ShownMessage) -> Void) {
        for (place, record) in self.enumerated() {
            guard case .found(var message) = record, message.id == id else { continue }
            change(&message)
            self[place] = .found(message)
        }
    }
}
