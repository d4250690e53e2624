import Foundation
import TestSupport

/// A message as its author remembers it.
struct Remembered: Sendable {
    struct Reaction: Hashable, Sendable {
        let user: Int64
        let emoji: String
    }

    let id: Int64
    /// What its content is made from, with `revision`.
    let number: Int
    let replyTo: Int64?
    var revision = 0
    var isDeleted = false
    /// In the order in which they were made.
    var reactions: [Reaction] = []

    private static let filler = Array(
        String(repeating: "All work and no play makes a corpus dull. ", count: 400).utf8
    )

    /// 8 to 16 KB, never the same twice.
    static func content(number: Int, revision: Int) -> String {
        let byteCount = 8_000 + (number * 7_919 + revision * 104_729) % 8_000
        let filler = String(decoding: self.filler[..<byteCount], as: UTF8.self)
        return "№\(number).\(revision) «ёж» \"quoted\" \\ \t🦔\n" + filler
    }

    static func payload(number: Int) -> JSON {
        number % 8 == 0 ? ["number": .int(Int64(number)), "text": "\"ё\""] : .null
    }

    var byteCount: Int { Self.content(number: self.number, revision: self.revision).utf8.count }

    /// What is wrong with the message that an answer shows; nil where nothing is.
    func difference(from json: JSON, isRead: Bool) -> String? {
        let text = Self.content(number: self.number, revision: self.revision)
        let content: JSON = self.isDeleted ? .null : .string(text)
        let payload: JSON = self.isDeleted ? .null : Self.payload(number: self.number)
        let shown = json["reactions"].items.map {
            Reaction(user: $0["user_id"].int ?? 0, emoji: $0["emoji"].string ?? "")
        }
        let checks: [(name: String, isRight: Bool)] = [
            ("id", json["id"].int == self.id),
            ("content", json["content"] == content),
            ("payload", json["payload"] == payload),
            ("is_deleted", json["is_deleted"].bool == self.isDeleted),
            ("deleted_at", json["deleted_at"].isNull != self.isDeleted),
            ("updated_at", json["updated_at"].isNull == (self.revision == 0 || self.isDeleted)),
            ("reply_to_id", json["reply_to_id"].int == self.replyTo),
            ("reactions", shown == (self.isDeleted ? [] : self.reactions)),
            ("status", json["status"].string == (isRead ? "read" : "delivered")),
        ]
        let wrong = checks.filter { !$0.isRight }.map(\.name)
        guard !wrong.isEmpty else { return nil }
        return "message \(self.id): \(wrong) in \(json.description.prefix(200))"
    }
}

/// A chat in which only its author writes.
struct RememberedChat: Sendable {
    let id: Int64
    var messages: [Int64: Remembered] = [:]
    /// The other member has read everything up to here.
    var readThrough: Int64 = 0

    init(id: Int64) {
        self.id = id
    }

    /// By ascending id.
    var ordered: [Remembered] { self.messages.values.sorted { $0.id < $1.id } }
}

extension String {
    /// As a part of a path or a query.
    var percentEncoded: String {
        self.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
