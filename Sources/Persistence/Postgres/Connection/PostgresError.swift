/// What went wrong between us and Postgres.
package enum PostgresError: Error, Hashable, CustomStringConvertible {
    /// The server refuses a statement; the connection goes on. `state` is the five characters of
    /// SQLSTATE (the manual's appendix A).
    case server(state: String, message: String, detail: String?)
    /// There is no connection, or no more: it could not be made, broke, or did not answer in time.
    case lost(String)
    /// Not to be sent, or not what was expected to come back.
    case malformed(String)

    package var description: String {
        switch self {
        case .server(let state, let message, nil): "\(message) (\(state))"
        case .server(let state, let message, let detail?): "\(message): \(detail) (\(state))"
        case .lost(let reason), .malformed(let reason): reason
        }
    }

    package var state: String? {
        guard case .server(let state, _, _) = self else { return nil }
        return state
    }

    /// A value that its column cannot hold, as the server would say it.
    static func outOfRange(_ what: String) -> PostgresError {
        .server(state: "22003", message: "\(what) is out of range", detail: nil)
    }
}
