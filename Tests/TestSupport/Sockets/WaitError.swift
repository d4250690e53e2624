/// Why something that a test waited for did not come.
package enum WaitError: Error, Equatable, CustomStringConvertible {
    case timedOut(waitingFor: String)
    /// The other side closed the connection, or the process ended.
    case closed(waitingFor: String)
    case failed(_ call: String, errno: Int32)
    case malformed(String)

    package var description: String {
        switch self {
        case .timedOut(let what): "timed out waiting for \(what)"
        case .closed(let what): "closed by the other side, waiting for \(what)"
        case .failed(let call, let code): "\(call) failed with errno \(code)"
        case .malformed(let what): "malformed: \(what)"
        }
    }
}
