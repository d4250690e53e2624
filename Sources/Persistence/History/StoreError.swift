import Shards

/// Why a store did not do what it was asked. Its open transaction is over, but after `refused`.
package enum StoreError: Error, Hashable, CustomStringConvertible {
    /// It is away, too slow, full, or locked: the same may succeed later, on a new connection.
    case unavailable(String)
    /// It does not take these rows, and would not take them later. Nothing of the `apply` that
    /// brought them is kept; the transaction goes on.
    case refused(code: String, String)
    /// Its `nodus_state` is not what was expected: somebody else writes to it, or it was restored.
    case moved(StoreState)
    /// It is no store of this version: tables are missing or strange. Changed by a person only.
    case unusable(String)

    package var description: String {
        switch self {
        case .unavailable(let reason): "the database is not available: \(reason)"
        case .refused(let code, let reason): "the database refuses a row (\(code)): \(reason)"
        case .moved(let state):
            "the database is at position \(state.applied.rawValue) of history "
                + "\(state.epoch?.text ?? "none"), which is not where this server left it"
        case .unusable(let reason): "the database cannot be used: \(reason)"
        }
    }

    /// For strangers: no row, no address, no position.
    package var summary: String {
        switch self {
        case .unavailable: "the database is not available"
        case .refused: "the database refuses a row"
        case .moved: "the database is not where this server left it"
        case .unusable: "the database cannot be used"
        }
    }
}
