import Glibc

/// What the file system answered instead of doing as it was told.
package struct DiskError: Error, Hashable, CustomStringConvertible {
    package enum Operation: String, Sendable, CaseIterable {
        case createFolder = "create folder"
        case list
        case open
        case size
        case read
        case write
        case sync
        case truncate
        case rename
        case remove
        case syncFolder = "sync folder"
        case lock
        case space = "ask free space"
    }

    /// An `errno`.
    package let code: Int32
    package let operation: Operation
    package let path: String
    /// In bytes; nil where the operation has no place in the file.
    package let offset: Int?

    package init(_ code: Int32, _ operation: Operation, _ path: String, at offset: Int? = nil) {
        self.code = code
        self.operation = operation
        self.path = path
        self.offset = offset
    }

    /// What a write to this file would have met.
    package static func noSpace(_ path: String) -> DiskError { DiskError(ENOSPC, .write, path) }

    /// Whether there is no such file.
    var isMissing: Bool { self.code == ENOENT }

    package var description: String {
        let place = self.offset.map { " at byte \($0)" } ?? ""
        return "\(self.operation.rawValue) \(self.path)\(place): \(self.text) (errno \(self.code))"
    }

    private var text: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            start.initialize(repeating: 0, count: buffer.count)
            guard strerror_r(self.code, start, buffer.count) == 0 else { return "unknown error" }
            return String(cString: start)
        }
    }
}
