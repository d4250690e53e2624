/// A rule of RFC 6455 that a client broke: the socket ends with a close frame that says which.
package struct WebSocketViolation: Error, Sendable, Equatable {
    /// The raw value is the close code.
    package enum Kind: UInt16, Sendable, Equatable {
        case protocolError = 1002
        case invalidText = 1007
        case messageTooBig = 1009
    }

    package let kind: Kind
    package let reason: String

    package init(_ reason: String, as kind: Kind = .protocolError) {
        self.kind = kind
        self.reason = reason
    }
}
