/// The file system as the journal needs it.
///
/// A port, because tests bring a disk of their own that fails, fills up and loses power. Calls
/// block. All that a call has begun may have happened when it throws.
package protocol Disk: Sendable {
    /// - Returns: false where the folder is there already.
    func createFolder(_ path: String) throws(DiskError) -> Bool

    /// The names in a folder, in no order.
    func list(_ folder: String) throws(DiskError) -> [String]

    func open(_ path: String, for access: DiskAccess) throws(DiskError) -> DiskFile

    func close(_ file: DiskFile)

    /// In bytes.
    func size(of file: DiskFile) throws(DiskError) -> Int

    /// Fills the memory from a place in the file.
    ///
    /// - Returns: how many bytes; fewer than asked for only at the end of the file.
    func read(
        _ file: DiskFile,
        into memory: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) throws(DiskError) -> Int

    /// Writes all of the bytes, or throws.
    func write(
        _ bytes: UnsafeRawBufferPointer,
        to file: DiskFile,
        at offset: Int
    ) throws(DiskError)

    /// Brings content to the disk, and the length that is needed to read it (`fdatasync`). After
    /// an error nothing is known of what was written since the last success: never call it again
    /// in the hope of better news.
    func sync(_ file: DiskFile) throws(DiskError)

    /// Like `sync`, and all metadata as well (`fsync`).
    func syncAll(_ file: DiskFile) throws(DiskError)

    func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError)

    /// Replaces what is at `new`, in one step.
    func rename(_ old: String, to new: String) throws(DiskError)

    func remove(_ path: String) throws(DiskError)

    /// Makes names durable: what was created, renamed or removed in the folder.
    func syncFolder(_ path: String) throws(DiskError)

    /// Locks the file against other processes for as long as it is open.
    ///
    /// - Returns: false where somebody else holds it.
    func lock(_ file: DiskFile) throws(DiskError) -> Bool

    /// Bytes that may still be written in the file system of this folder.
    func freeBytes(in folder: String) throws(DiskError) -> Int
}

package enum DiskAccess: Sendable {
    case reading
    /// Made where it is missing.
    case writing
    /// Emptied where it is there.
    case writingAnew
}

/// A file that is open. Whoever opened it closes it.
package struct DiskFile: Hashable, Sendable {
    package let descriptor: Int32
    /// As it was when opened, for messages.
    package let path: String

    package init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }
}

extension Disk {
    /// Writes all of the bytes, or throws.
    package func write(_ bytes: [UInt8], to file: DiskFile, at offset: Int) throws(DiskError) {
        let result = bytes.withUnsafeBytes { memory -> Result<Void, DiskError> in
            do throws(DiskError) {
                return .success(try self.write(memory, to: file, at: offset))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Reads so many bytes, or all up to the end of the file where these are fewer.
    package func read(
        _ file: DiskFile,
        byteCount: Int,
        at offset: Int
    ) throws(DiskError) -> [UInt8] {
        let wanted = min(byteCount, max(0, try self.size(of: file) - offset))
        var failure: DiskError?
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { memory, count in
            let target = UnsafeMutableRawBufferPointer(memory)
            do throws(DiskError) {
                count = try self.read(file, into: target, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads so many bytes, or all up to the end of the file where these are fewer, into memory that
    /// lends them until its next use.
    func read(
        _ file: DiskFile,
        _ byteCount: Int,
        at offset: Int,
        into memory: GrowingMemory
    ) throws(DiskError) -> UnsafeRawBufferPointer {
        let target = memory.take(byteCount)
        let count = try self.read(file, into: target, at: offset)
        return UnsafeRawBufferPointer(rebasing: target[..<count])
    }
}
