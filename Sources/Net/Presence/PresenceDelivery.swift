import NIOCore
import Shards

/// The way of changes of presence to one loop's sockets, a bounded number a tick.
///
/// Whose business a change is, is asked when it is told: a socket that has left a chat is in none of
/// its lists any more, and a subscription is only the wish to be told.
// A class, like `FanOut`, whose part it is: touched on one loop only.
final class PresenceDelivery {
    /// Frames that leave a tick, at about a microsecond each; what is left leaves with the next.
    static let deliveriesPerTick = 10_000
    /// Users that one socket may have subscribed to.
    static let subscriptionsMax = 256

    private var queue = PresenceQueue()
    private var subscribers: [UserID: [Socket]] = [:]
    /// How many deliveries this tick has left.
    private var budget = deliveriesPerTick
    /// The frame of the round that is under way.
    private var frame: (round: UInt64, bytes: ByteBuffer) = (0, ByteBuffer())

    // MARK: Subscriptions

    /// - Returns: false, with nothing changed, where the socket would have too many.
    func subscribe(_ socket: Socket, to users: [UserID]) -> Bool {
        let all = socket.subscriptions.union(users)
        guard all.count <= Self.subscriptionsMax else { return false }
        for user in all.subtracting(socket.subscriptions) {
            self.subscribers[user, default: []].append(socket)
        }
        socket.subscriptions = all
        return true
    }

    func unsubscribe(_ socket: Socket, from users: some Sequence<UserID>) {
        for user in users where socket.subscriptions.remove(user) != nil {
            self.subscribers[user]?.removeAll { $0 === socket }
            if self.subscribers[user]?.isEmpty == true { self.subscribers[user] = nil }
        }
    }

    // MARK: News

    func add(_ news: [PresenceNews]) {
        for news in news { self.queue.add(news) }
    }

    /// Takes in that a user has left a chat.
    func left(_ user: UserID, _ chat: ChatID) { self.queue.left(user, chat) }

    /// A new tick has a new budget.
    func tick() { self.budget = Self.deliveriesPerTick }

    /// Tells what the budget allows. The frames are not flushed.
    func deliver(through fanOut: FanOut) {
        while self.budget > 0, let step = self.queue.next(), self.tell(step, through: fanOut) {
            self.queue.finishStep()
        }
    }

    /// - Returns: whether all were told before the budget was used up.
    private func tell(_ step: PresenceQueue.Step, through fanOut: FanOut) -> Bool {
        let user = step.change.user
        switch step.audience {
        case .chat(let chat):
            return self.tell(step, fanOut.sockets(in: chat), through: fanOut) { $0.user != user }
        case .subscribers(let groups):
            return self.tell(step, self.subscribers[user] ?? [], through: fanOut) { socket in
                socket.user == user || groups.contains { socket.chats.contains($0) }
            }
        }
    }

    private func tell(
        _ step: PresenceQueue.Step,
        _ sockets: [Socket],
        through fanOut: FanOut,
        where isConcerned: (Socket) -> Bool
    ) -> Bool {
        for socket in sockets where socket.presenceRound != step.round && isConcerned(socket) {
            guard self.budget > 0 else { return false }
            self.budget -= 1
            socket.presenceRound = step.round
            fanOut.send(self.frame(of: step), to: socket)
        }
        return true
    }

    private func frame(of step: PresenceQueue.Step) -> ByteBuffer {
        if self.frame.round != step.round {
            self.frame = (step.round, TextFrame.single(Frame.presence(step.change)))
        }
        return self.frame.bytes
    }
}
