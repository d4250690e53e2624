import Shards

/// The limits that all loops share.
struct Limiters: Sendable {
    let logins: Limiter<Limits.Account>
    let registrations: Limiter<String>
    let sends: Limiter<UserID>
    let sendsOfChat: Limiter<ChatID>

    init(_ limits: Limits) {
        self.logins = Limiter(limits.logins)
        self.registrations = Limiter(limits.registrations)
        self.sends = Limiter(limits.sends)
        self.sendsOfChat = Limiter(limits.sendsOfChat)
    }
}
