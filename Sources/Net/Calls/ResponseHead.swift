/// How an answer is written: as HTTP has it, or as the reply to a socket's command.
///
/// What depends on the request is gathered once, when it has come in, so that whoever makes the
/// answer, on whatever loop, writes all of it into one buffer.
package enum ResponseHead: Sendable {
    case http(HTTPHead)
    case reply(ReplyHead)
}

/// What an answer says beside its status and its body.
enum ResponseHeader: Sendable {
    /// `Idempotency-Replayed: true`
    case replayed
    /// `Retry-After`, in seconds.
    case retryAfter(Int)
    /// What only HTTP has.
    case field(String, String)
}
