extension StoreError {
    /// Sorts by SQLSTATE (the manual's appendix A).
    init(_ error: PostgresError) {
        switch error {
        case .lost(let reason): self = .unavailable(reason)
        case .malformed(let reason): self = .unusable(reason)
        case .server(let state, _, _):
            switch Self.consequence(of: state) {
            case .refused: self = .refused(code: state, "\(error)")
            case .unusable: self = .unusable("\(error)")
            case .unavailable: self = .unavailable("\(error)")
            }
        }
    }

    /// As above, where there is no row to refuse: what a statement of ours cannot do lies in the
    /// tables.
    init(outsideOfRows error: PostgresError) {
        let sorted = StoreError(error)
        guard case .refused(_, let reason) = sorted else {
            self = sorted
            return
        }
        self = .unusable(reason)
    }

    private enum Consequence {
        case refused
        case unusable
        case unavailable
    }

    private static func consequence(of state: String) -> Consequence {
        switch state.prefix(2) {
        // A wrong cardinality, data, constraints, triggers and what they raise, views' checks, and
        // what is too big or too deep: of one row, which halving finds.
        case "21", "22", "23", "27", "38", "39", "44", "54", "P0": .refused
        // Features, prepared statements (which a pooler has mixed up), catalogues and schemas,
        // names and privileges: nothing that waiting changes.
        case "0A", "26", "3D", "3F", "42": .unusable
        // Connections, read-only (a standby), conflicts, resources, locks, an operator, the system,
        // and whatever else: the rows stay in the journal meanwhile. Also 28, which says that we
        // may not log in: it is met while connecting, and heals as soon as somebody allows it.
        default: .unavailable
        }
    }
}

func storeErrors<Result>(
    _ body: () throws(PostgresError) -> Result
) throws(StoreError) -> Result {
    do throws(PostgresError) { return try body() } catch { throw StoreError(outsideOfRows: error) }
}
