/// The codes of close frames: RFC 6455 section 7.4 and the IANA registry it founded.
package enum WebSocketCloseCode {
    /// Whether a client may put this code into a close frame.
    ///
    /// 1004 is reserved; 1005, 1006 and 1015 name what happened without any frame; 1016–2999 are
    /// not assigned. 3000–4999 belong to libraries and applications.
    package static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
