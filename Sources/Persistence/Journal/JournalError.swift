package import Shards

/// Why the journal cannot be opened. Nothing in the folder was changed, but perhaps before an error
/// of the disk, and that does no harm.
package enum JournalError: Error, Hashable, CustomStringConvertible {
    case disk(DiskError)
    /// By the process named, where it told its number.
    case locked(folder: String, process: Int32?)
    case damaged(JournalDamage)
    /// The segments before `file` end before its first position.
    case missing(file: String, from: Position, through: Position)
    /// `file` begins with positions that an earlier segment has already.
    case overlapping(file: String, first: Position, expected: Position)
    case foreignEpoch(file: String)
    case newerFormat(file: String, version: UInt16)

    /// Whether `JournalRepair` could do something about it.
    package var isRepairable: Bool {
        switch self {
        case .damaged, .missing, .overlapping, .foreignEpoch: true
        case .disk, .locked, .newerFormat: false
        }
    }

    package var description: String {
        self.isRepairable ? "\(self.finding). \(Self.advice)" : self.finding
    }

    /// What is wrong, without what to do about it where that is a repair.
    package var finding: String {
        switch self {
        case .disk(let error):
            return "the journal cannot be read: \(error)"
        case .locked(let folder, let process):
            let holder = process.map { "process \($0)" } ?? "another process"
            return "the journal in \(folder) is in use by \(holder)"
        case .damaged(let damage):
            return damage.description
        case .missing(let file, let from, let through):
            return "positions \(from.rawValue) to \(through.rawValue) are missing before \(file)"
        case .overlapping(let file, let first, let expected):
            return "\(file) begins at position \(first.rawValue), but \(expected.rawValue) is next"
        case .foreignEpoch(let file):
            return "\(file) belongs to another history than the segments before it"
        case .newerFormat(let file, let version):
            return "\(file) has format \(version), which is newer than this program knows "
                + "(\(EventCodec.formatVersion)). Nothing was changed. Use the newer program"
        }
    }

    private static let advice =
        "Nothing was changed. Restore the folder from a copy that is whole; or see with "
        + "`nodus journal verify` what can be read, and drop the rest with `nodus journal repair`."
}

/// Where a segment is not what was written.
package struct JournalDamage: Hashable, Sendable, CustomStringConvertible {
    package enum Reason: String, Sendable {
        case badHeader = "the segment's header is not whole"
        case misnamed = "the segment's name is not its first position"
        case tooLong = "the segment is longer than one can be"
        case badBatch = "a batch is not whole, and what was written after it is there"
        case misplacedBatch = "a batch is not in its place"
        case badEvent = "a batch is whole but holds no events that can be read"
        case noSeal = "the segment ends early, though there is a later one"
        case afterSeal = "something follows the segment's end"
    }

    package let file: String
    /// In bytes from the start of the file.
    package let offset: Int
    /// The first that cannot be read.
    package let position: Position
    package let reason: Reason

    package init(file: String, offset: Int, position: Position, reason: Reason) {
        self.file = file
        self.offset = offset
        self.position = position
        self.reason = reason
    }

    package var description: String {
        "\(self.file) is damaged at byte \(self.offset), position \(self.position.rawValue): "
            + self.reason.rawValue
    }
}
