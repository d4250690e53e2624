/// Why the server closes a socket: the contract's close codes.
enum SocketEnd: UInt16, CaseIterable, Sendable {
    /// The server is stopping; reconnect.
    case goingAway = 1001
    case protocolError = 1002
    case notUTF8 = 1007
    /// Also: the token was bad.
    case policyViolation = 1008
    case tooLarge = 1009
    case sessionRevoked = 4001
    /// Reconnect and resume.
    case tooSlow = 4008
    case tooManySockets = 4009
    case abuse = 4010

    var reason: String {
        switch self {
        case .goingAway: "Server stopping"
        case .protocolError: "Protocol error"
        case .notUTF8: "Text is not UTF-8"
        case .policyViolation: "Invalid token"
        case .tooLarge: "Message too large"
        case .sessionRevoked: "Session revoked"
        case .tooSlow: "Too slow, reconnect and resume"
        case .tooManySockets: "Too many sockets"
        case .abuse: "Too many messages"
        }
    }
}
