import Foundation

/// A chat, and tokens of its members: of the one who sends, and of those whose sockets read.
struct Crowd: Codable {
    let chat: UInt64
    let sender: String
    let readers: [String]
    /// Of a message whose frame has the size that was asked for.
    let contentByteCount: Int

    init(chat: UInt64, sender: String, readers: [String], contentByteCount: Int) {
        self.chat = chat
        self.sender = sender
        self.readers = readers
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
