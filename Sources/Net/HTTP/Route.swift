import NIOHTTP1
import Shards

/// One endpoint of the contract.
package struct Route: Sendable {
    enum Action: Sendable {
        /// Answers without suspending, or through the shard's loop.
        case immediate(@Sendable (Call) throws(ValidationFailure) -> Void)
        /// Everything else may wait: for a password, for the Directory, for several shards.
        case suspending(@Sendable (Call) async throws(Failure) -> Response)
        /// The same for everybody, and there before the server is.
        case document(@Sendable (ResponseHead, Readiness) -> Response)
    }

    let method: HTTPMethod
    /// Below `/api/v1`, or from the root for documents, with `{name}` where a parameter is.
    let path: String
    let needsToken: Bool
    let action: Action

    static func immediate(
        _ method: HTTPMethod,
        _ path: String,
        _ action: @escaping @Sendable (Call) throws(ValidationFailure) -> Void
    ) -> Route {
        Route(method: method, path: path, needsToken: true, action: .immediate(action))
    }

    static func document(
        _ path: String,
        _ action: @escaping @Sendable (ResponseHead, Readiness) -> Response
    ) -> Route {
        Route(method: .GET, path: path, needsToken: false, action: .document(action))
    }

    static func suspending(
        _ method: HTTPMethod,
        _ path: String,
        needsToken: Bool = true,
        _ action: @escaping @Sendable (Call) async throws(Failure) -> Response
    ) -> Route {
        Route(method: method, path: path, needsToken: needsToken, action: .suspending(action))
    }
}

/// Why an endpoint has no result: what the client gets instead.
enum Failure: Error {
    case status(Int, String, after: Position = .zero)
    case invalid(ValidationFailure)
    case limited(retryAfter: Int)
    case busy
    /// Messages are needed that are not in memory, and the store is away.
    case historyUnavailable
}
