import Glibc
package import Persistence

/// A disk in memory that fails when it is told to, fills up, and loses power.
///
/// What was written is seen at once, as through a page cache, and is safe only after a sync. When
/// the power goes, of what was not synced any sectors may have got to the disk and any not, and of
/// each folder's changes of names a beginning. After a sync that failed, the cache shows what will never get
/// there, as Linux does.
package final class SimulatedDisk: Disk {
    /// What to do instead of an operation; nil lets it be done.
    package typealias Fault = @Sendable (DiskError.Operation, _ path: String) -> Int32?

    private let state: Lock<State>

    package init(capacity: Int = 1 << 30) {
        self.state = Lock(State(capacity: capacity))
    }

    private init(_ state: State) {
        self.state = Lock(state)
    }

    // MARK: - What tests do to it

    package func setFault(_ fault: Fault?) {
        self.state.withLock { $0.fault = fault }
    }

    package func setCapacity(_ byteCount: Int) {
        self.state.withLock { $0.capacity = byteCount }
    }

    /// Lets nothing through after so many operations more. The last is done, but nobody learns it.
    package func die(afterOperations count: Int) {
        self.state.withLock { $0.operationsLeft = count }
    }

    package var operationsCount: Int { self.state.withLock { $0.operationsCount } }

    /// The disk as the next process finds it when this one was killed. This one is dead.
    package func afterKill() -> SimulatedDisk {
        self.state.withLock { state in
            let next = state.killed()
            state.isDead = true
            return SimulatedDisk(next)
        }
    }

    /// The disk as it is when the power is back. This one is dead.
    package func afterPowerLoss(seed: UInt64) -> SimulatedDisk {
        self.state.withLock { state in
            var random = SeededRandom(seed: seed)
            let next = state.powerLost(&random)
            state.isDead = true
            return SimulatedDisk(next)
        }
    }

    /// A disk of its own with the same files, all of them safe.
    package func copy() -> SimulatedDisk {
        self.state.withLock { SimulatedDisk($0.copied()) }
    }

    /// The files by their paths.
    package var files: [String: [UInt8]] {
        get { self.state.withLock { $0.files } }
        set { self.state.withLock { $0.replaceAll(newValue) } }
    }

    // MARK: - Disk

    package func createFolder(_ path: String) throws(DiskError) -> Bool {
        try self.perform(.createFolder, path) { state in
            .success(state.folders.insert(path).inserted)
        }
    }

    package func list(_ folder: String) throws(DiskError) -> [String] {
        try self.perform(.list, folder) { state in
            .success(
                state.names.keys.filter { $0.hasPrefix(folder + "/") }
                    .map { String($0.dropFirst(folder.count + 1)) }.sorted()
            )
        }
    }

    package func open(_ path: String, for access: DiskAccess) throws(DiskError) -> DiskFile {
        try self.perform(.open, path) { $0.open(path, access) }
    }

    package func close(_ file: DiskFile) {
        self.state.withLock { state in
            state.open[file.descriptor] = nil
            state.locks = state.locks.filter { $0.value != file.descriptor }
        }
    }

    package func size(of file: DiskFile) throws(DiskError) -> Int {
        try self.perform(.size, file.path) { state in
            .success(state.inode(file)?.cached.count ?? 0)
        }
    }

    package func read(
        _ file: DiskFile,
        into memory: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) throws(DiskError) -> Int {
        let bytes = try self.perform(.read, file.path) { state in
            .success(state.inode(file)?.cached ?? [])
        }
        let count = max(0, min(memory.count, bytes.count - offset))
        bytes.withUnsafeBytes { bytes in
            let source = bytes[min(offset, bytes.count)...].prefix(count)
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
        }
        return count
    }

    package func write(
        _ bytes: UnsafeRawBufferPointer,
        to file: DiskFile,
        at offset: Int
    ) throws(DiskError) {
        let bytes = Array(bytes)
        try self.perform(.write, file.path) { $0.write(bytes, to: file, at: offset) }
    }

    package func sync(_ file: DiskFile) throws(DiskError) {
        try self.perform(.sync, file.path) { state -> Outcome<Void> in
            if let id = state.open[file.descriptor] { state.inodes[id]?.sync() }
            return .success(())
        }
    }

    package func syncAll(_ file: DiskFile) throws(DiskError) {
        try self.sync(file)
    }

    package func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError) {
        try self.perform(.truncate, file.path) { state -> Outcome<Void> in
            if let id = state.open[file.descriptor] { state.inodes[id]?.truncate(to: byteCount) }
            return .success(())
        }
    }

    package func rename(_ old: String, to new: String) throws(DiskError) {
        try self.perform(.rename, old) { state -> Outcome<Void> in
            guard let id = state.names[old] else { return .failure(ENOENT) }
            state.change(.rename(old, new, id))
            return .success(())
        }
    }

    package func remove(_ path: String) throws(DiskError) {
        try self.perform(.remove, path) { state -> Outcome<Void> in
            guard state.names[path] != nil else { return .failure(ENOENT) }
            state.change(.remove(path))
            return .success(())
        }
    }

    package func syncFolder(_ path: String) throws(DiskError) {
        try self.perform(.syncFolder, path) { state -> Outcome<Void> in
            state.syncNames(in: path)
            return .success(())
        }
    }

    package func lock(_ file: DiskFile) throws(DiskError) -> Bool {
        try self.perform(.lock, file.path) { state in
            guard let id = state.open[file.descriptor] else { return .failure(EBADF) }
            if let holder = state.locks[id] { return .success(holder == file.descriptor) }
            state.locks[id] = file.descriptor
            return .success(true)
        }
    }

    package func freeBytes(in folder: String) throws(DiskError) -> Int {
        try self.perform(.space, folder) { .success($0.freeBytes) }
    }

    private enum Outcome<Value> {
        case success(Value)
        case failure(Int32)
    }

    private func perform<Value: Sendable>(
        _ operation: DiskError.Operation,
        _ path: String,
        _ body: (inout State) -> Outcome<Value>
    ) throws(DiskError) -> Value {
        let outcome = self.state.withLock { state -> Outcome<Value> in
            if let code = state.begin(operation, path) { return .failure(code) }
            let outcome = body(&state)
            return state.isDead ? .failure(EIO) : outcome
        }
        switch outcome {
        case .success(let value): return value
        case .failure(let code): throw DiskError(code, operation, path)
        }
    }
}

// MARK: - State

extension SimulatedDisk {
    private enum NameChange {
        case create(String, Int)
        case rename(String, String, Int)
        case remove(String)

        func apply(to names: inout [String: Int]) {
            switch self {
            case .create(let path, let id): names[path] = id
            case .rename(let old, let new, let id):
                names[old] = nil
                names[new] = id
            case .remove(let path): names[path] = nil
            }
        }

        /// The one that it happens in: nothing is moved from one to another.
        var folder: Substring {
            let path =
                switch self {
                case .create(let path, _), .remove(let path), .rename(let path, _, _): path
                }
            return path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        }
    }

    private struct State {
        var capacity: Int
        var inodes: [Int: SimulatedFile] = [:]
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        var nameChanges: [NameChange] = []
        var folders: Set<String> = []
        var open: [Int32: Int] = [:]
        var locks: [Int: Int32] = [:]
        var nextDescriptor: Int32 = 1000
        var nextInode = 1
        var fault: Fault?
        var operationsCount = 0
        var operationsLeft: Int?
        var isDead = false

        init(capacity: Int) {
            self.capacity = capacity
        }

        var freeBytes: Int {
            self.capacity - self.files.values.reduce(0) { $0 + $1.count }
        }

        var files: [String: [UInt8]] { self.names.mapValues { self.inodes[$0]?.cached ?? [] } }

        func inode(_ file: DiskFile) -> SimulatedFile? {
            self.open[file.descriptor].flatMap { self.inodes[$0] }
        }

        /// - Returns: the error that is to be met instead.
        mutating func begin(_ operation: DiskError.Operation, _ path: String) -> Int32? {
            if self.isDead { return EIO }
            self.operationsCount += 1
            if let left = self.operationsLeft {
                self.operationsLeft = left - 1
                if left <= 0 { self.isDead = true }
            }
            guard let code = self.fault?(operation, path) else { return nil }
            if operation == .sync, let id = self.names[path] { self.inodes[id]?.failSync() }
            return code
        }

        mutating func open(_ path: String, _ access: DiskAccess) -> Outcome<DiskFile> {
            let id: Int
            if let known = self.names[path] {
                id = known
            } else {
                guard access != .reading else { return .failure(ENOENT) }
                id = self.nextInode
                self.nextInode += 1
                self.inodes[id] = SimulatedFile()
                self.change(.create(path, id))
            }
            if access == .writingAnew { self.inodes[id]?.truncate(to: 0) }
            let file = DiskFile(descriptor: self.nextDescriptor, path: path)
            self.nextDescriptor += 1
            self.open[file.descriptor] = id
            return .success(file)
        }

        mutating func write(_ bytes: [UInt8], to file: DiskFile, at offset: Int) -> Outcome<Void> {
            guard let id = self.open[file.descriptor], let inode = self.inodes[id] else {
                return .failure(EBADF)
            }
            let grows = max(0, offset + bytes.count - inode.cached.count)
            guard grows <= self.freeBytes else {
                self.inodes[id]?.write(Array(bytes.prefix(bytes.count / 2)), at: offset)
                return .failure(ENOSPC)
            }
            self.inodes[id]?.write(bytes, at: offset)
            return .success(())
        }

        mutating func change(_ change: NameChange) {
            change.apply(to: &self.names)
            self.nameChanges.append(change)
        }

        mutating func syncNames(in folder: String) {
            for change in self.nameChanges where change.folder == folder {
                change.apply(to: &self.durableNames)
            }
            self.nameChanges.removeAll { $0.folder == folder }
        }

        mutating func replaceAll(_ files: [String: [UInt8]]) {
            self.names = [:]
            for (path, bytes) in files {
                self.inodes[self.nextInode] = SimulatedFile(safe: bytes)
                self.names[path] = self.nextInode
                self.nextInode += 1
            }
            self.durableNames = self.names
            self.nameChanges = []
        }

        /// The same files for a process that is not born yet.
        func killed() -> State {
            var next = self
            next.open = [:]
            next.locks = [:]
            next.fault = nil
            next.operationsCount = 0
            next.operationsLeft = nil
            next.isDead = false
            return next
        }

        func powerLost(_ random: inout SeededRandom) -> State {
            var next = self.killed()
            for folder in Set(self.nameChanges.map(\.folder)).sorted() {
                let changes = self.nameChanges.filter { $0.folder == folder }
                let kept = Int.random(in: 0...changes.count, using: &random)
                for change in changes[..<kept] { change.apply(to: &next.durableNames) }
            }
            next.names = next.durableNames
            next.nameChanges = []
            next.inodes = [:]
            for id in self.inodes.keys.sorted() where next.names.values.contains(id) {
                next.inodes[id] = self.inodes[id]?.afterPowerLoss(&random)
            }
            return next
        }

        func copied() -> State {
            var next = self.killed()
            next.replaceAll(self.files)
            return next
        }
    }
}
