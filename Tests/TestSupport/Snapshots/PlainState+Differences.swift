package import Shards

extension PlainState {
    /// In what this is another state than `other`, down to the last private field of the shards;
    /// empty where it is not.
    package func differences(from other: PlainState) -> [String] {
        var differences: [String] = []
        for (shard, wanted) in zip(self.shards, other.shards) where shard != wanted {
            differences.append("shard \(shard.index)")
        }
        if self.shards.count != other.shards.count { differences.append("number of shards") }
        if self.legacy.runs(of: 100).map(\.chats) != other.legacy.runs(of: 100).map(\.chats) {
            differences.append("legacy messages")
        }
        return differences + self.directory.differences(from: other.directory)
    }
}

extension DirectoryState {
    /// In what accounts, sessions and ids differ; indexes of chats are not looked at. Where it
    /// need not be exact, ids of chats may be ahead, and keys under which they were made are left out.
    package func differences(from other: DirectoryState, isExact: Bool = true) -> [String] {
        var differences: [String] = []
        func check<Value: Equatable>(_ value: Value, _ wanted: Value, _ what: String) {
            if value != wanted { differences.append("\(what): \(value) is not \(wanted)") }
        }
        check(self.nextUser, other.nextUser, "next user")
        let newestChat = isExact ? self.newestChat : min(self.newestChat, other.newestChat)
        check(newestChat, other.newestChat, "newest chat")
        check(self.endedSessions, other.endedSessions, "ended sessions")
        check(self.allSessions, other.allSessions, "sessions")
        if isExact { check(self.reservations, other.reservations, "keys of chats") }
        check(self.allAccounts.map(\.user), other.allAccounts.map(\.user), "users")
        check(self.allAccounts.map(\.lastSeen), other.allAccounts.map(\.lastSeen), "last seen")
        for account in self.allAccounts + other.allAccounts {
            let (email, tag) = (account.user.email, account.user.tag)
            check(self.user(email: email), other.user(email: email), "user of \(email)")
            guard let tag = Tag(tag) else { continue }
            check(self.user(tag: tag), other.user(tag: tag), "user of \(tag.text)")
        }
        return differences
    }

    package var allAccounts: [Account] {
        var accounts: [Account] = []
        var start: Int? = 0
        while let place = start {
            let stretch = self.accountStretch(from: place)
            accounts += stretch.accounts
            start = stretch.next
        }
        return accounts
    }

    package var allSessions: [SessionID: Session] {
        var sessions: [SessionID: Session] = [:]
        var start: Int? = 0
        while let bucket = start {
            let stretch = self.sessionStretch(from: bucket)
            sessions.merge(stretch.sessions) { first, _ in first }
            start = stretch.next
        }
        return sessions
    }
}
