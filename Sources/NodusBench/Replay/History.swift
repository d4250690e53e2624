import Foundation
import Glibc

/// Writes down every invocation and every answer, one JSON object a line, for `check`.
///
/// What is still in memory when this process is killed is lost; the next run over the same chats
/// notes what it finds on the server as acknowledged.
final class History {
    enum Kind: String {
        case invoke
        case ok
        /// Certainly without effect.
        case fail
        case unknown
    }

    struct Entry {
        let operation: StaticString
        let chat: String
        let line: Int
        let author: String
        let kind: Kind
        var status: Int?
        var id: UInt64?
        /// Of a send: `Fingerprint` of the text. Of an opened chat: the number of who made it.
        var extra: (name: StaticString, value: String)?
    }

    private let file: FileHandle
    private var buffer: [UInt8] = []

    private static let bufferBytesMax = 64 * 1024

    /// Adds to what the file holds already.
    init(path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure("the history \(path) cannot be written") }
        self.file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ entry: Entry) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
        self.append("{\"t\":\(microseconds),\"op\":\"\(entry.operation)\",\"chat\":")
        self.buffer += JSONText.quoted(entry.chat)
        self.append(",\"line\":\(entry.line),\"key\":")
        self.buffer += JSONText.quoted("\(entry.chat):\(entry.line)")
        self.append(",\"author\":")
        self.buffer += JSONText.quoted(entry.author)
        self.append(",\"kind\":\"\(entry.kind.rawValue)\"")
        if let status = entry.status { self.append(",\"status\":\(status)") }
        if let id = entry.id { self.append(",\"id\":\(id)") }
        if let extra = entry.extra { self.append(",\"\(extra.name)\":\"\(extra.value)\"") }
        self.append("}\n")
        if self.buffer.count > Self.bufferBytesMax { self.flush() }
    }

    func flush() {
        guard !self.buffer.isEmpty else { return }
        try? self.file.write(contentsOf: Data(self.buffer))
        self.buffer.removeAll(keepingCapacity: true)
    }

    private func append(_ text: String) { self.buffer.append(contentsOf: text.utf8) }
}

/// FNV-1a, 64 bits: enough to say which text a message that nobody acknowledged may be.
enum Fingerprint {
    static func of(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
