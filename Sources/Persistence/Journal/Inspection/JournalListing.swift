package import Shards

/// What is in a journal's folder, by the headers of its segments and batches alone.
package struct JournalListing: Hashable, Sendable {
    package enum Ending: Hashable, Sendable {
        case sealed
        /// As the last segment of a journal that is open, or was not closed.
        case unsealed(offset: Int)
        case withoutHeader
    }

    package struct Segment: Hashable, Sendable {
        /// Without the folder.
        package let file: String
        package let first: Position
        package var eventCount: UInt64 = 0
        package var byteCount = 0
        /// Of the batches' bodies, as they lie in the file.
        package var storedBytes = 0
        /// Of the same, before compression.
        package var plainBytes = 0
        package var ending = Ending.withoutHeader

        /// Before `first` where there is no event.
        package var last: Position {
            Position(rawValue: self.first.rawValue &+ self.eventCount &- 1)
        }
    }

    package struct File: Hashable, Sendable {
        package let name: String
        package let byteCount: Int
    }

    package private(set) var segments: [Segment] = []
    /// Zeros, to become segments.
    package private(set) var reserves: [File] = []
    /// What repairs put aside.
    package private(set) var setAside: [File] = []

    /// Takes no lock: a server may go on beside it. What it trims meanwhile is left out.
    ///
    /// - Returns: nil where there is no segment.
    package static func read(
        in settings: JournalSettings,
        disk: any Disk = PosixDisk()
    ) throws(JournalError) -> JournalListing? {
        guard Journal.first(in: settings, disk: disk) != nil else { return nil }
        var listing = JournalListing()
        try journalErrors { () throws(DiskError) in
            for name in try disk.list(settings.folder).sorted() {
                try listing.add(name, in: settings.folder, disk)
            }
        }
        return listing
    }

    private mutating func add(
        _ name: String,
        in folder: String,
        _ disk: any Disk
    ) throws(DiskError) {
        let content = JournalFolder.content(of: name)
        switch content {
        case .unfinished, .lock, .unknown: return
        case .segment, .reserve, .setAside: break
        }
        guard let file = try disk.openIfThere("\(folder)/\(name)") else { return }
        defer { disk.close(file) }
        let byteCount = try disk.size(of: file)
        switch content {
        case .reserve: self.reserves.append(File(name: name, byteCount: byteCount))
        case .setAside: self.setAside.append(File(name: name, byteCount: byteCount))
        case .segment(let first):
            var segment = Segment(file: name, first: first)
            segment.byteCount = byteCount
            try segment.walk(file, disk)
            self.segments.append(segment)
        case .unfinished, .lock, .unknown: return
        }
    }
}

extension JournalListing.Segment {
    fileprivate mutating func walk(_ file: DiskFile, _ disk: any Disk) throws(DiskError) {
        let memory = GrowingMemory()
        let bytes = try disk.read(file, SegmentHeader.byteCount, at: 0, into: memory)
        guard let header = SegmentHeader.read(bytes), header.first == self.first else { return }
        var offset = SegmentHeader.byteCount
        while true {
            self.ending = .unsealed(offset: offset)
            let bytes = try disk.read(file, BatchHeader.byteCount, at: offset, into: memory)
            guard let batch = BatchHeader.read(bytes, at: 0, salt: header.salt),
                batch.isConsistent, offset + batch.byteCount <= self.byteCount
            else { return }
            if batch.isSeal {
                self.ending = .sealed
                return
            }
            self.eventCount &+= UInt64(batch.count)
            self.storedBytes += Int(batch.storedBytes)
            self.plainBytes += Int(batch.bodyBytes)
            offset += batch.byteCount
        }
    }
}

extension Disk {
    /// - Returns: nil where the file has gone.
    fileprivate func openIfThere(_ path: String) throws(DiskError) -> DiskFile? {
        do throws(DiskError) {
            return try self.open(path, for: .reading)
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }
}
