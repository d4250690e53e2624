import Foundation
import Glibc
import Synchronization

/// A folder of its own under the system's temporary folder, gone with the last reference to it or
/// with the test run.
package final class ThrowawayFolder: Sendable {
    package let path: String
    private static let open = Mutex<Set<String>>([])
    private static let removesAllAtExit: Bool = {
        atexit { ThrowawayFolder.removeAll() }
        return true
    }()

    package init() throws {
        _ = Self.removesAllAtExit
        let parent = FileManager.default.temporaryDirectory.path
        var template = Array("\(parent)/nodus-test-XXXXXX".utf8CString)
        let path = template.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let base = buffer.baseAddress, mkdtemp(base) != nil else { return nil }
            return String(cString: base)
        }
        guard let path else { throw WaitError.failed("mkdtemp", errno: errno) }
        self.path = path
        Self.open.withLock { _ = $0.insert(path) }
    }

    deinit {
        _ = Self.open.withLock { $0.remove(self.path) }
        try? FileManager.default.removeItem(atPath: self.path)
    }

    private static func removeAll() {
        for path in self.open.withLock({ $0 }) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
