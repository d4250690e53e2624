/// Why a snapshot cannot be used or taken.
package enum SnapshotError: Error, Hashable, CustomStringConvertible {
    package enum Damage: String, Sendable {
        case notASnapshot = "it is no snapshot, or its header is not whole"
        case cutOff = "it is shorter or longer than its header says"
        case badDirectory = "its directory of sections is not whole"
        case badSection = "a section is not whole"
        case badRecord = "a section is whole but holds no records that can be read"
        case incomplete = "it holds less, or more, than its header says"
    }

    case disk(DiskError)
    /// By the process named, where it told its number.
    case locked(folder: String, process: Int32?)
    /// `offset` is in bytes from the start of the file.
    case damaged(file: String, offset: Int, Damage)
    case newerFormat(file: String, version: UInt16)
    /// The journal was closed before everything in the snapshot was durable.
    case notDurable

    package var description: String {
        switch self {
        case .disk(let error):
            return "\(error)"
        case .locked(let folder, let process):
            let holder = process.map { "process \($0)" } ?? "another process"
            return "the snapshots in \(folder) are in use by \(holder); choose another folder "
                + "with --snapshot-dir"
        case .damaged(let file, let offset, let damage):
            return "\(file) is damaged at byte \(offset): \(damage.rawValue)"
        case .newerFormat(let file, let version):
            return "\(file) has format \(version), which is newer than this program knows "
                + "(\(SnapshotHeader.formatVersion)). Use the newer program."
        case .notDurable:
            return "the journal was closed before the snapshot's newest event was on the disk"
        }
    }
}

/// Says of an error of the disk that it is one of a snapshot.
func snapshotErrors<Value>(
    _ body: () throws(DiskError) -> Value
) throws(SnapshotError) -> Value {
    do {
        return try body()
    } catch {
        throw .disk(error)
    }
}
