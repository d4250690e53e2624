import Glibc

/// The file that says which process a journal's folder belongs to. The lock ends with the process;
/// the number in the file is for people.
enum JournalLock {
    /// Makes the folder where it is missing.
    ///
    /// - Returns: the file, locked for as long as it is open.
    static func take(_ folder: JournalFolder, disk: any Disk) throws(JournalError) -> DiskFile {
        let file = try journalErrors { () throws(DiskError) in
            if try disk.createFolder(folder.path) {
                try disk.syncFolder(Self.parent(of: folder.path))
            }
            return try disk.open(folder.lock, for: .writing)
        }
        do throws(JournalError) {
            let isOurs = try journalErrors { () throws(DiskError) in try disk.lock(file) }
            guard isOurs else {
                throw .locked(folder: folder.path, process: Self.process(in: file, disk))
            }
            try journalErrors { () throws(DiskError) in
                try disk.truncate(file, to: 0)
                try disk.write(Array("\(getpid())\n".utf8), to: file, at: 0)
            }
        } catch {
            disk.close(file)
            throw error
        }
        return file
    }

    private static func process(in file: DiskFile, _ disk: any Disk) -> Int32? {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { memory in
            guard let count = try? disk.read(file, into: memory, at: 0) else { return nil }
            let text = String(decoding: memory[..<count].prefix { $0 != 10 }, as: UTF8.self)
            return Int32(text)
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
