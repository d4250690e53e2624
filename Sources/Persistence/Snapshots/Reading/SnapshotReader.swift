import Shards

/// A snapshot that was found, with its header and directory whole. What the sections hold is seen
/// only when they are read.
package final class SnapshotReader: Sendable {
    package let header: SnapshotHeader
    package let path: String
    let sections: [SnapshotSection]
    private let file: DiskFile
    private let disk: any Disk

    package init(
        _ entry: SnapshotFolder.Entry,
        in folder: SnapshotFolder
    ) throws(SnapshotError) {
        let (path, disk) = (folder.path(of: entry), folder.disk)
        let file = try snapshotErrors { () throws(DiskError) in
            try disk.open(path, for: .reading)
        }
        do throws(SnapshotError) {
            self.header = try Self.header(of: file, disk)
            self.sections = try Self.sections(of: file, under: self.header, disk)
        } catch {
            disk.close(file)
            throw error
        }
        (self.path, self.disk, self.file) = (path, disk, file)
    }

    /// The file at a path, wherever it is.
    package convenience init(
        _ path: String,
        disk: any Disk = PosixDisk()
    ) throws(SnapshotError) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = String(parts.removeLast())
        let folder = parts.isEmpty ? "." : parts.joined(separator: "/")
        let entry = SnapshotFolder.Entry(name: name, start: .zero, history: "")
        try self.init(entry, in: SnapshotFolder(folder, disk: disk))
    }

    deinit { self.disk.close(self.file) }

    package var byteCount: Int { self.header.byteCount }

    package var sectionCount: Int { self.sections.count }

    /// Of all sections, as they are in memory.
    package var bodyBytes: Int { self.sections.reduce(0) { $0 + $1.bodyBytes } }

    private static func header(
        of file: DiskFile,
        _ disk: any Disk
    ) throws(SnapshotError) -> SnapshotHeader {
        let size = try snapshotErrors { () throws(DiskError) in try disk.size(of: file) }
        let bytes = try snapshotErrors { () throws(DiskError) in
            try disk.read(file, byteCount: SnapshotHeader.byteCount, at: 0)
        }
        let header: SnapshotHeader
        do throws(SnapshotHeader.Malformed) {
            header = try SnapshotHeader(bytes)
        } catch {
            switch error {
            case .notASnapshot: throw .damaged(file: file.path, offset: 0, .notASnapshot)
            case .newerFormat(let version): throw .newerFormat(file: file.path, version: version)
            }
        }
        guard size == header.byteCount else {
            throw .damaged(file: file.path, offset: size, .cutOff)
        }
        return header
    }

    private static func sections(
        of file: DiskFile,
        under header: SnapshotHeader,
        _ disk: any Disk
    ) throws(SnapshotError) -> [SnapshotSection] {
        let byteCount = header.sectionCount * SnapshotSection.byteCount
        let bytes = try snapshotErrors { () throws(DiskError) in
            try disk.read(file, byteCount: byteCount, at: header.directoryOffset)
        }
        do throws(MalformedEntry) {
            let sections = try SnapshotSection.all(in: bytes, checksum: header.directoryChecksum)
            var offset = SnapshotHeader.byteCount
            for section in sections {
                guard section.offset == offset else { throw MalformedEntry() }
                offset += section.storedBytes
            }
            guard offset == header.directoryOffset else { throw MalformedEntry() }
            return sections
        } catch {
            throw .damaged(file: file.path, offset: header.directoryOffset, .badDirectory)
        }
    }

    /// Lends the body of a section, until the next call with the same memory.
    func body(
        of section: SnapshotSection,
        _ memory: SectionMemory
    ) throws(SnapshotError) -> UnsafeRawBufferPointer {
        let target = memory.stored.take(section.storedBytes)
        let count = try snapshotErrors { () throws(DiskError) in
            try self.disk.read(self.file, into: target, at: section.offset)
        }
        let stored = UnsafeRawBufferPointer(rebasing: target[..<count])
        let body = memory.body.take(section.bodyBytes)
        guard count == section.storedBytes, LZ4Frame.decompress(stored, into: body),
            CRC32C.checksum(UnsafeRawBufferPointer(body)) == section.checksum
        else { throw .damaged(file: self.path, offset: section.offset, .badSection) }
        return UnsafeRawBufferPointer(body)
    }

    /// Takes a section's records apart. To be called from many threads at once, each with memory of
    /// its own.
    func records(
        of section: SnapshotSection,
        _ memory: SectionMemory
    ) throws(SnapshotError) -> [SnapshotRecord] {
        let body = try self.body(of: section, memory)
        do throws(MalformedEntry) {
            return try SnapshotCodec.records(in: body, count: section.recordCount)
        } catch {
            throw .damaged(file: self.path, offset: section.offset, .badRecord)
        }
    }

    /// Reads every section and looks at its checksums.
    package func verify() throws(SnapshotError) {
        let memory = SectionMemory()
        for section in self.sections { _ = try self.body(of: section, memory) }
    }
}

/// What reading sections needs, again and again. For one thread.
final class SectionMemory {
    let stored = GrowingMemory()
    let body = GrowingMemory()
}
