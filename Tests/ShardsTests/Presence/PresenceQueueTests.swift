import Shards
import TestSupport
import Testing

@Suite struct PresenceQueueTests {
    private static func news(
        _ user: UInt32,
        _ status: PresenceStatus,
        chats: [UInt32],
        largeGroups: [UInt32] = []
    ) -> PresenceNews {
        PresenceNews(
            PresenceChange(
                user: UserID(rawValue: user),
                status: status,
                at: Timestamp(microseconds: 0),
                lastSeen: nil
            ),
            chats: chats.map { ChatID(rawValue: $0) },
            largeGroups: largeGroups.map { ChatID(rawValue: $0) }
        )
    }

    /// `<user> <status>: <chat>` or, for subscribers, `<user> <status>: of <groups>`.
    private static func text(_ step: PresenceQueue.Step?) -> String {
        guard let step else { return "-" }
        let told = "\(step.change.user.rawValue) \(step.change.status)"
        switch step.audience {
        case .chat(let chat): return "\(told): \(chat.rawValue)"
        case .subscribers(let groups): return "\(told): of \(groups.map(\.rawValue))"
        }
    }

    private static func next(_ queue: inout PresenceQueue) -> String {
        let text = Self.text(queue.next())
        queue.finishStep()
        return text
    }

    @Test func `chats come first and subscribers last, one user after the other`() {
        var queue = PresenceQueue()
        queue.add(Self.news(1, .online, chats: [10, 11], largeGroups: [20]))
        queue.add(Self.news(2, .away, chats: []))
        #expect(Self.next(&queue) == "1 online: 11")
        #expect(Self.next(&queue) == "1 online: 10")
        #expect(Self.next(&queue) == "1 online: of [20]")
        #expect(Self.next(&queue) == "2 away: of []")
        #expect(queue.isEmpty && queue.next() == nil)
    }

    @Test func `a step that is not finished comes again, in the same round`() {
        var queue = PresenceQueue()
        queue.add(Self.news(1, .online, chats: [10]))
        let first = queue.next()
        #expect(Self.text(queue.next()) == Self.text(first))
        queue.finishStep()
        #expect(queue.next()?.round == first?.round)
        queue.finishStep()
        queue.add(Self.news(1, .away, chats: [10]))
        #expect(queue.next()?.round == first.map { $0.round + 1 })
    }

    @Test func `who changes while he is told of is told of again, behind the others`() {
        var queue = PresenceQueue()
        queue.add(Self.news(1, .online, chats: [10, 11]))
        queue.add(Self.news(2, .online, chats: []))
        #expect(Self.next(&queue) == "1 online: 11")
        queue.add(Self.news(1, .away, chats: [10, 11]))
        queue.add(Self.news(1, .offline, chats: [10]))
        #expect(Self.next(&queue) == "1 online: 10")
        #expect(Self.next(&queue) == "1 online: of []")
        #expect(Self.next(&queue) == "2 online: of []")
        #expect(Self.next(&queue) == "1 offline: 10")
    }

    @Test func `a chat that a user has left hears nothing more of him, wherever telling stands`() {
        for stepsDone in 0...3 {
            var queue = PresenceQueue()
            queue.add(Self.news(1, .online, chats: [10, 11, 12], largeGroups: [20, 21]))
            for _ in 0..<stepsDone { _ = Self.next(&queue) }
            _ = stepsDone > 0 ? queue.next() : nil
            for chat in [11, 12, 21] as [UInt32] {
                queue.left(UserID(rawValue: 1), ChatID(rawValue: chat))
                queue.left(UserID(rawValue: 2), ChatID(rawValue: 10))
            }
            var rest: [String] = []
            while !queue.isEmpty { rest.append(Self.next(&queue)) }
            #expect(rest == ["1 online: 10", "1 online: of [20]"].suffix(stepsDone < 3 ? 2 : 1))
        }
    }

    /// People with a socket each, in small chats and large groups, as a loop has them.
    private struct World {
        var chatsOf: [[UInt32]] = []
        var membersOf: [UInt32: [Int]] = [:]
        let largeGroups: Set<UInt32> = [0, 1]
        var subscribersOf: [[Int]] = []
        var roundOf: [UInt64] = []
        /// What each has been told of each other: the newest status.
        var heard: [[Int: PresenceStatus]] = []
        var deliveries = 0
        var doubled = 0

        init(count: Int, using random: inout SeededRandom) {
            for person in 0..<count {
                let chats = Set((0..<4).map { _ in UInt32.random(in: 0..<12, using: &random) })
                self.chatsOf.append(chats.sorted())
                for chat in chats { self.membersOf[chat, default: []].append(person) }
            }
            self.subscribersOf = (0..<count).map { _ in
                Set((0..<3).map { _ in Int.random(in: 0..<count, using: &random) }).sorted()
            }
            self.roundOf = Array(repeating: 0, count: count)
            self.heard = Array(repeating: [:], count: count)
        }

        func news(_ user: Int, _ status: PresenceStatus) -> PresenceNews {
            PresenceQueueTests.news(
                UInt32(user),
                status,
                chats: self.chatsOf[user].filter { !self.largeGroups.contains($0) },
                largeGroups: self.chatsOf[user].filter { self.largeGroups.contains($0) }
            )
        }

        /// - Returns: whether all were told before the budget was used up.
        mutating func tell(_ step: PresenceQueue.Step, budget: inout Int) -> Bool {
            let user = Int(step.change.user.rawValue)
            var receivers: [Int]
            switch step.audience {
            case .chat(let chat): receivers = self.membersOf[chat.rawValue] ?? []
            case .subscribers(let groups):
                receivers = self.subscribersOf[user].filter { person in
                    groups.contains { self.chatsOf[person].contains($0.rawValue) }
                }
            }
            receivers.removeAll { $0 == user || self.roundOf[$0] == step.round }
            for receiver in receivers {
                guard budget > 0 else { return false }
                budget -= 1
                self.deliveries += 1
                if self.roundOf[receiver] == step.round { self.doubled += 1 }
                self.roundOf[receiver] = step.round
                self.heard[receiver][user] = step.change.status
            }
            return true
        }

        func concerns(_ user: Int, _ other: Int) -> Bool {
            let shared = Set(self.chatsOf[user]).intersection(self.chatsOf[other])
            return !shared.isSubset(of: self.largeGroups)
                || (!shared.isEmpty && self.subscribersOf[user].contains(other))
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `a storm is told in bounded steps, the newest wins, and nothing is lost at the end`(
        seed: UInt64
    ) {
        var random = SeededRandom(seed: seed)
        let count = 60
        let budget = 40
        var world = World(count: count, using: &random)
        var queue = PresenceQueue()
        var newest: [Int: PresenceStatus] = [:]
        var ticks = 0
        while ticks < 60 || !queue.isEmpty {
            ticks += 1
            for _ in 0..<(ticks < 60 ? 30 : 0) {
                let user = Int.random(in: 0..<count, using: &random)
                let statuses: [PresenceStatus] = [.online, .away, .offline]
                let status = statuses.randomElement(using: &random) ?? .online
                newest[user] = status
                queue.add(world.news(user, status))
            }
            let before = world.deliveries
            var left = budget
            while left > 0, let step = queue.next(), world.tell(step, budget: &left) {
                queue.finishStep()
            }
            #expect(world.deliveries - before <= budget)
        }
        #expect(world.doubled == 0)
        for (user, status) in newest {
            for other in 0..<count where other != user {
                let expected = world.concerns(user, other) ? status : nil
                #expect(world.heard[other][user] == expected, "seed \(seed): \(user) to \(other)")
            }
        }
        // All changes at full price would have been many times as much.
        #expect(ticks < 60 + count * count / budget + count)
    }
}
