import Glibc

/// A folder of its own for one test. Its files go with it, folders inside do not.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() {
        var template = Array("/tmp/nodus-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            preconditionFailure("no temporary folder can be made: errno \(errno)")
        }
        self.path = String(cString: made)
    }

    deinit {
        self.removeFiles(in: self.path + "/journal")
        self.removeFiles(in: self.path)
    }

    private func removeFiles(in folder: String) {
        guard let stream = opendir(folder) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            unlink("\(folder)/\(name)")
        }
        closedir(stream)
        rmdir(folder)
    }
}
