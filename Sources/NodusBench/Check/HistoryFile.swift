import Foundation

/// A history as `replay` wrote it, chat by chat.
struct HistoryFile {
    struct Chat {
        /// The number of the person who can read it.
        var reader = 0
        /// By line of the log.
        var sent: [Int: HistoryAudit.Sent] = [:]
    }

    private struct Line: Decodable {
        let op: String
        let chat: String
        let line: Int
        let kind: String
        let id: UInt64?
        let fingerprint: String?
        let reader: String?
    }

    private(set) var chats: [String: Chat] = [:]

    /// A last line without its end was cut off with the process that wrote it; it is left out.
    init(path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let decoder = JSONDecoder()
        let end = bytes.lastIndex(of: 0x0a) ?? bytes.startIndex
        for (number, text) in bytes[..<end].split(separator: 0x0a).enumerated() {
            do {
                self.take(try decoder.decode(Line.self, from: text))
            } catch {
                throw Failure("\(path), line \(number + 1): \(error)")
            }
        }
    }

    private mutating func take(_ line: Line) {
        if let reader = line.reader.flatMap({ Int($0) }) {
            self.chats[line.chat, default: Chat()].reader = reader
        }
        guard line.op == "send" else { return }
        var sent =
            self.chats[line.chat]?.sent[line.line] ?? HistoryAudit.Sent(line: line.line)
        if let fingerprint = line.fingerprint { sent.fingerprint = fingerprint }
        if line.kind == "ok", let id = line.id { sent.ackedIDs.insert(id) }
        self.chats[line.chat, default: Chat()].sent[line.line] = sent
    }
}
