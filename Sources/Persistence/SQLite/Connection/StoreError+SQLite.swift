import GRDB

extension StoreError {
    /// Sorts what SQLite says (https://www.sqlite.org/rescode.html) by what can be done about it.
    init(_ error: any Error, file: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .unusable("\(file): \(error)")
            return
        }
        let code = error.extendedResultCode
        let reason = "\(error.message ?? "no reason given") (\(code.rawValue))"
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE:
            self = .refused(code: "\(code.rawValue)", error.message ?? "no reason given")
        case .SQLITE_INTERRUPT:
            self = .unavailable("\(file): reading took longer than it may")
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CANTOPEN,
            .SQLITE_READONLY, .SQLITE_NOMEM, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_PROTOCOL,
            .SQLITE_NOLFS, .SQLITE_ABORT:
            self = .unavailable("\(file): \(reason)")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .unusable("\(file) is damaged: \(reason)")
        default:
            self = .unusable("\(file): \(reason)")
        }
    }
}
