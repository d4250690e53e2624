/// The rate limits of the contract's section 5.
package struct Limits: Sendable {
    package struct Account: Hashable, Sendable {
        let email: String
        let address: String
    }

    /// Per account and address.
    package var logins = RateLimit(perSecond: 1 / 60, burst: 5)
    /// Per address.
    package var registrations = RateLimit(perSecond: 10 / 3600, burst: 10)
    /// Per user.
    package var sends = RateLimit(perSecond: 10, burst: 40)
    package var sendsOfChat = RateLimit(perSecond: 100, burst: 100)
    /// Per socket.
    package var socketMessages = RateLimit(perSecond: 4, burst: 120)
    /// 0 turns them off.
    package var socketsOfAddressMax = 100
    package var socketsOfUserMax = 20

    package init() {}

    package static var off: Limits {
        var limits = Limits()
        limits.logins = .off
        limits.registrations = .off
        limits.sends = .off
        limits.sendsOfChat = .off
        limits.socketMessages = .off
        limits.socketsOfAddressMax = 0
        return limits
    }
}
