import Glibc

/// The files of a web client, as they lie in a folder.
package struct WebFolder: Sendable {
    package enum Failure: Error, Equatable {
        case unreadable(path: String, reason: String)
        /// It is not the folder of a web client.
        case hasNoIndex(path: String)
        case tooLarge(path: String)
    }

    package static let fileCountMax = 512
    package static let byteCountMax = 8 << 20
    private static let depthMax = 8
    /// What lies beside a client library and is not for browsers.
    private static let leftOut: Set<String> = ["test", "node_modules"]

    /// By path, such as `/app/main.js`.
    package private(set) var files: [String: [UInt8]] = [:]
    private var byteCount = 0

    /// Reads everything that a browser may ask for; links are followed, and what is neither folder
    /// nor file is left out.
    package init(_ path: String) throws(Failure) {
        try self.read(path, as: "", depth: 0)
        guard self.files["/index.html"] != nil else { throw .hasNoIndex(path: path) }
    }

    /// Of files that are in memory already.
    package init(files: [String: [UInt8]]) {
        self.files = files
    }

    private mutating func read(_ folder: String, as base: String, depth: Int) throws(Failure) {
        for name in try Self.names(in: folder).sorted() {
            let path = "\(folder)/\(name)"
            let kind = Self.kind(of: path)
            if kind == S_IFDIR {
                guard depth < Self.depthMax, !Self.leftOut.contains(name) else { continue }
                try self.read(path, as: "\(base)/\(name)", depth: depth + 1)
            } else if kind == S_IFREG, WebFile.ContentType(path: name) != nil {
                let bytes = try Self.bytes(of: path)
                self.byteCount += bytes.count
                guard self.files.count < Self.fileCountMax, self.byteCount <= Self.byteCountMax
                else { throw .tooLarge(path: path) }
                self.files["\(base)/\(name)"] = bytes
            }
        }
    }

    /// As `S_IFREG`, of what a link leads to; nil where that is nothing.
    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    private static func names(in folder: String) throws(Failure) -> [String] {
        guard let directory = opendir(folder) else { throw Self.unreadable(folder) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { bytes in
                bytes.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func bytes(of path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
        guard status.st_size <= Self.byteCountMax else { throw .tooLarge(path: path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Self.unreadable(path) }
            guard got > 0 else { break }
            count += got
        }
        return Array(bytes.prefix(count))
    }

    private static func unreadable(_ path: String) -> Failure {
        .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
}
