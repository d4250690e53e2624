import Shards

/// Requests that wait on one loop for the next event of any of their chats.
///
/// Each is woken once: by an event, by a change of what its user is in, by its deadline or by the
/// end of the server.
// A class, like `FanOut`, whose part it is: touched on one loop only.
final class EventWaiters {
    private struct Waiter {
        let user: UserID
        let chats: [ChatID]
        let deadline: MonotonicInstant
        let wake: @Sendable () -> Void
    }

    private var waiters: [Int: Waiter] = [:]
    private var ofChat: [ChatID: Set<Int>] = [:]
    private var ofUser: [UserID: Set<Int>] = [:]
    private var nextKey = 0
    private var isOver = false

    /// Has `wake` called once; at once where the server is ending.
    func add(
        _ user: UserID,
        in chats: [ChatID],
        until deadline: MonotonicInstant,
        _ wake: @escaping @Sendable () -> Void
    ) {
        guard !self.isOver else { return wake() }
        let key = self.nextKey
        self.nextKey += 1
        self.waiters[key] = Waiter(user: user, chats: chats, deadline: deadline, wake: wake)
        self.ofUser[user, default: []].insert(key)
        for chat in chats { self.ofChat[chat, default: []].insert(key) }
    }

    func wake(_ chat: ChatID) {
        guard !self.waiters.isEmpty, let keys = self.ofChat[chat] else { return }
        for key in keys { self.remove(key) }
    }

    func wake(_ user: UserID) {
        guard !self.waiters.isEmpty, let keys = self.ofUser[user] else { return }
        for key in keys { self.remove(key) }
    }

    /// Called about once a second.
    func timePassed(_ now: MonotonicInstant) {
        for (key, waiter) in self.waiters where waiter.deadline <= now { self.remove(key) }
    }

    func wakeAll() {
        self.isOver = true
        for key in self.waiters.keys { self.remove(key) }
    }

    private func remove(_ key: Int) {
        guard let waiter = self.waiters.removeValue(forKey: key) else { return }
        Self.forget(key, of: waiter.user, in: &self.ofUser)
        for chat in waiter.chats { Self.forget(key, of: chat, in: &self.ofChat) }
        waiter.wake()
    }

    private static func forget<Key>(_ key: Int, of owner: Key, in keys: inout [Key: Set<Int>]) {
        keys[owner]?.remove(key)
        if keys[owner]?.isEmpty == true { keys[owner] = nil }
    }
}
