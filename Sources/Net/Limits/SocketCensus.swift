import Shards
import Synchronization

/// Counts open sockets over all loops, by user and by address.
final class SocketCensus: Sendable {
    private struct Counts {
        var ofUser: [UserID: Int] = [:]
        var ofAddress: [String: Int] = [:]
    }

    private let counts = Mutex(Counts())
    private let limits: Limits

    init(_ limits: Limits) {
        self.limits = limits
    }

    /// - Returns: false, with nothing counted, where there are too many already.
    func enter(_ user: UserID, from address: String) -> Bool {
        self.counts.withLock { counts in
            let userMax = self.limits.socketsOfUserMax
            let addressMax = self.limits.socketsOfAddressMax
            guard userMax == 0 || counts.ofUser[user, default: 0] < userMax,
                addressMax == 0 || counts.ofAddress[address, default: 0] < addressMax
            else { return false }
            counts.ofUser[user, default: 0] += 1
            counts.ofAddress[address, default: 0] += 1
            return true
        }
    }

    func leave(_ user: UserID, from address: String) {
        self.counts.withLock { counts in
            Self.decrease(&counts.ofUser, user)
            Self.decrease(&counts.ofAddress, address)
        }
    }

    private static func decrease<Key>(_ counts: inout [Key: Int], _ key: Key) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}
