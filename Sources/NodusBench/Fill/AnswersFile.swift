import Foundation

/// Answers as lines of a file.
final class AnswersFile {
    private static let bufferBytes = 1 << 20

    private let file: FileHandle
    private var buffer = Data()

    /// Begins anew.
    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw Failure("\(path) cannot be written")
        }
        self.file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    func add(_ answer: ArraySlice<UInt8>) throws {
        self.buffer.append(contentsOf: answer)
        self.buffer.append(0x0a)
        if self.buffer.count >= Self.bufferBytes { try self.flush() }
    }

    func close() throws {
        try self.flush()
        try self.file.close()
    }

    private func flush() throws {
        try self.file.write(contentsOf: self.buffer)
        self.buffer.removeAll(keepingCapacity: true)
    }
}
