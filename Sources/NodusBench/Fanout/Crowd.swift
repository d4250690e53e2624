import Foundation

/// A chat, and the tokens of those of its members who have sockets. The first one sends.
struct Crowd: Codable {
    let chat: UInt64
    let tokens: [String]
    /// Of a message whose frame has the size that was asked for.
    let contentByteCount: Int

    init(chat: UInt64, tokens: [String], contentByteCount: Int) {
        self.chat = chat
        self.tokens = tokens
        self.contentByteCount = contentByteCount
    }

    /// Nil where there is no such file yet.
    init?(file path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        self = try JSONDecoder().decode(Self.self, from: bytes)
    }

    func save(to path: String) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path))
    }
}
