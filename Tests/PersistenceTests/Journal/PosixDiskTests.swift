import Glibc
import Persistence
import Shards
import TestSupport
import Testing

/// The journal on the disk of this machine.
@Suite struct PosixDiskTests {
    private let folder = TemporaryFolder()
    private let disk = PosixDisk()

    private func open(
        _ name: String = "journal"
    ) throws -> (journal: Journal, entries: [SampleEvents.Entry]) {
        var settings = JournalSettings(folder: "\(self.folder.path)/\(name)")
        settings.segmentBytes = 1 << 20
        var entries: [SampleEvents.Entry] = []
        let journal = try Journal.open(settings, logger: .silent) {
            entries.append(SampleEvents.Entry($1, mark: $2))
        }
        return (journal, entries)
    }

    private func copy(_ source: String, to target: String) throws {
        let old = try self.disk.open(source, for: .reading)
        let new = try self.disk.open(target, for: .writing)
        defer {
            self.disk.close(old)
            self.disk.close(new)
        }
        let size = try self.disk.size(of: old)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
        defer { memory.deallocate() }
        #expect(try self.disk.read(old, into: memory, at: 0) == size)
        try self.disk.write(UnsafeRawBufferPointer(memory), to: new, at: 0)
    }

    @Test func `a folder is synced again, also when another has come to its path`() throws {
        let path = "\(self.folder.path)/journal"
        for _ in 0..<2 {
            #expect(try self.disk.createFolder(path))
            for _ in 0..<3 { try self.disk.syncFolder(path) }
            #expect(rmdir(path) == 0)
            let error = #expect(throws: DiskError.self) { try self.disk.syncFolder(path) }
            #expect(error == DiskError(ENOENT, .syncFolder, path))
        }
    }

    @Test func `a journal is written, closed and read, and a copy of the open one as well`() throws
    {
        let (journal, before) = try self.open()
        #expect(before.isEmpty)
        let log = DeliveryLog()
        journal.start { log.deliver($0) }
        let entries = SampleEvents.everyKind + JournalWorld.messages(3000)
        let positions = entries.map { journal.offer($0) }
        log.wait(for: try #require(positions.last))

        let name = "journal-00000000000000000001.log"
        let live = "\(self.folder.path)/journal"
        let copied = TemporaryFolder()
        try self.copy("\(live)/\(name)", to: "\(copied.path)/\(name)")
        var settings = JournalSettings(folder: copied.path)
        settings.segmentBytes = 1 << 20
        var fromCopy: [SampleEvents.Entry] = []
        try Journal.open(settings, logger: .silent) {
            fromCopy.append(SampleEvents.Entry($1, mark: $2))
        }.close()
        #expect(fromCopy == entries)

        journal.close()
        let (again, read) = try self.open()
        #expect(read == entries)
        #expect(again.epoch == journal.epoch)
        again.close()
    }

    @Test(.enabled(if: access("/usr/bin/flock", X_OK) == 0))
    func `another process cannot lock the folder while it is open`() throws {
        let (journal, _) = try self.open()
        #expect(try self.flock() == 1)
        #expect(throws: JournalError.self) { try self.open() }
        journal.close()
        #expect(try self.flock() == 0)
    }

    /// What a child has between `fork` and `exec` is the same open file under another descriptor.
    @Test func `a lock ends with its file, also where a child still has it open`() throws {
        let path = "\(self.folder.path)/lock"
        let file = try self.disk.open(path, for: .writing)
        #expect(try self.disk.lock(file))
        let inherited = dup(file.descriptor)
        try #require(inherited >= 0)
        defer { _ = close(inherited) }
        let next = try self.disk.open(path, for: .writing)
        defer { self.disk.close(next) }
        #expect(try !self.disk.lock(next))
        self.disk.close(file)
        #expect(try self.disk.lock(next))
    }

    /// - Returns: how a process that wants the lock ends.
    private func flock() throws -> Int32 {
        let words = ["flock", "-n", "\(self.folder.path)/journal/lock", "true"]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let code = posix_spawn(&process, "/usr/bin/flock", nil, nil, &arguments, environ)
        try #require(code == 0)
        var status: Int32 = 0
        try #require(waitpid(process, &status, 0) == process)
        return status >> 8 & 0xff
    }

    @Test func `an error names the operation, the file, the place and the cause`() throws {
        let file = try self.disk.open("/dev/full", for: .writing)
        defer { self.disk.close(file) }
        let error = #expect(throws: DiskError.self) {
            try self.disk.write([1, 2], to: file, at: 7)
        }
        #expect(error == DiskError(ENOSPC, .write, "/dev/full", at: 7))
        #expect(
            error?.description
                == "write /dev/full at byte 7: No space left on device (errno 28)"
        )
        let missing = "\(self.folder.path)/none/none"
        #expect(throws: DiskError(ENOENT, .open, missing)) {
            try self.disk.open(missing, for: .writing)
        }
        #expect(throws: DiskError(ENOENT, .rename, missing)) {
            try self.disk.rename(missing, to: missing)
        }
        #expect(throws: DiskError(ENOENT, .list, missing)) { try self.disk.list(missing) }
        #expect(throws: DiskError(ENOENT, .syncFolder, missing)) {
            try self.disk.syncFolder(missing)
        }
    }

    @Test func `a read ends with the file`() throws {
        let path = "\(self.folder.path)/file"
        let file = try self.disk.open(path, for: .writing)
        defer { self.disk.close(file) }
        try self.disk.write([1, 2, 3, 4, 5], to: file, at: 0)
        try self.disk.truncate(file, to: 4)
        try self.disk.syncAll(file)
        #expect(try self.disk.size(of: file) == 4)
        withUnsafeTemporaryAllocation(byteCount: 8, alignment: 1) { memory in
            #expect((try? self.disk.read(file, into: memory, at: 1)) == 3)
            #expect(memory.prefix(3).elementsEqual([2, 3, 4]))
        }
        #expect(try self.disk.list(self.folder.path) == ["file"])
        #expect(try self.disk.freeBytes(in: self.folder.path) > 0)
        try self.disk.remove(path)
        #expect(try self.disk.list(self.folder.path).isEmpty)
    }

    @Test func `the process ends with its own code when the journal cannot be written`() async {
        await #expect(processExitsWith: .exitCode(JournalSettings.exitCode)) {
            let disk = SimulatedDisk()
            var settings = JournalSettings(folder: "/journal")
            settings.segmentBytes = 64 << 10
            let journal = try Journal.open(settings, disk: disk, logger: .silent) { _, _, _ in }
            disk.setFault { operation, _ in operation == .sync ? EIO : nil }
            journal.start { _ in exit(1) }
            _ = journal.offer(SampleEvents.everyKind[0])
            journal.close()
        }
    }
}
