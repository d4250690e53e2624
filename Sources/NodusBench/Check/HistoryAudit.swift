/// Holds what a replay was told against what one chat finally contains.
///
/// - LOST: acknowledged, and not there.
/// - DUP: one message that is there twice, or was acknowledged under two ids.
/// - REORDER: two messages that are not in the order in which they were written.
/// - PHANTOM: there, and neither acknowledged nor possibly the effect of an unanswered request.
struct HistoryAudit {
    /// What the history says of one message.
    struct Sent: Equatable {
        let line: Int
        var fingerprint = ""
        var ackedIDs: Set<UInt64> = []
    }

    struct Found: Equatable {
        let id: UInt64
        let fingerprint: String
    }

    private(set) var findings: [String] = []

    /// What was sent comes in any order, what was found oldest first.
    init(chat: String, sent: [Sent], found: [Found]) {
        var places: [UInt64: Int] = [:]
        for (place, message) in found.enumerated() {
            if places.updateValue(place, forKey: message.id) != nil {
                self.findings.append("DUP \(chat): the id \(message.id) is there twice")
            }
        }
        let sent = sent.sorted { $0.line < $1.line }
        self.findLostAndReordered(chat, sent, places)
        self.findUnaccounted(chat, sent, found)
    }

    private mutating func findLostAndReordered(
        _ chat: String,
        _ sent: [Sent],
        _ places: [UInt64: Int]
    ) {
        var last = (line: -1, place: -1)
        for message in sent {
            if message.ackedIDs.count > 1 {
                let ids = message.ackedIDs.sorted()
                self.findings.append("DUP \(chat) line \(message.line): acknowledged as \(ids)")
            }
            for id in message.ackedIDs.sorted() {
                guard let place = places[id] else {
                    self.findings.append("LOST \(chat) line \(message.line): \(id)")
                    continue
                }
                if place < last.place {
                    let lines = "line \(message.line) is before line \(last.line)"
                    self.findings.append("REORDER \(chat): \(lines)")
                }
                last = (message.line, max(place, last.place))
            }
        }
    }

    private mutating func findUnaccounted(_ chat: String, _ sent: [Sent], _ found: [Found]) {
        let acked = sent.reduce(into: Set<UInt64>()) { $0.formUnion($1.ackedIDs) }
        var ackedTexts: Set<String> = []
        var openTexts: [String: Int] = [:]
        for message in sent {
            if message.ackedIDs.isEmpty {
                openTexts[message.fingerprint, default: 0] += 1
            } else {
                ackedTexts.insert(message.fingerprint)
            }
        }
        for message in found where !acked.contains(message.id) {
            if let left = openTexts[message.fingerprint], left > 0 {
                openTexts[message.fingerprint] = left - 1
            } else if ackedTexts.contains(message.fingerprint) {
                self.findings.append("DUP \(chat): \(message.id) repeats an acknowledged text")
            } else {
                self.findings.append("PHANTOM \(chat): \(message.id)")
            }
        }
    }
}
