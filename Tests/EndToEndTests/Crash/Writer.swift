import Foundation
import TestSupport

/// One person who writes, edits, reacts, reads, comes and goes, as fast as the server answers, and
/// asks again with the same key until every request is decided.
struct Writer {
    private let world: CrashWorld
    private let place: Int
    private let account: CrashWorld.Account
    private let asking: Asking
    private let traffic: CrashRun.Traffic
    private var random: SeededRandom
    /// Own messages that are not deleted, newest last.
    private var own: [Int] = []
    private var reactions: [(message: Int, emoji: String)] = []
    /// What was done lately, to ask for it once more.
    private var done: [Invocation] = []

    private static let emojis = ["👍", "❤️", "+1", "e\u{301}", "%/ ?"]
    /// What texts end with: what escapes, encodings and journals get wrong.
    private static let tails = ["", "", "", " \"q\\\"", " \u{1}\t\u{7f}", " é😀\u{2028}", " ю"]
    private static let keptCountMax = 40

    init(
        _ world: CrashWorld,
        place: Int,
        seed: UInt64,
        _ traffic: CrashRun.Traffic = CrashRun.Traffic()
    ) {
        self.world = world
        self.place = place
        self.account = world.accounts[place]
        self.asking = Asking(world, place: place)
        self.traffic = traffic
        self.random = SeededRandom(seed: seed)
    }

    mutating func work() throws {
        while !self.world.gate.isOver {
            if self.traffic.pause > 0 { usleep(self.traffic.pause) }
            if self.traffic.repeats, self.random.one(in: 50),
                let earlier = self.done.randomElement(using: &self.random)
            {
                _ = try self.asking.ask(earlier, again: true)
                continue
            }
            let number = self.world.log.nextNumber()
            let action = self.nextAction(number)
            let invocation = Invocation(number, by: self.account.id, action)
            let isTwice = self.traffic.repeats && action.takesKey && self.random.one(in: 12)
            self.learn(from: try self.asking.ask(invocation, twice: isTwice), to: invocation)
        }
    }

    private mutating func nextAction(_ number: Int) -> Invocation.Action {
        let chats = self.world.chats.of(self.place)
        let chat = chats.randomElement(using: &self.random) ?? chats[0]
        let tail = Self.tails.randomElement(using: &self.random) ?? ""
        let text = "\(number)\(self.padding())\(tail)"
        switch Int.random(in: 0..<100, using: &self.random) {
        case 50..<60:
            if let message = self.recentOwn() { return .edit(message: message, text: text) }
        case 60..<66:
            if let message = self.recentOwn() { return .delete(message: message) }
        case 66..<78:
            if let message = self.world.recentMessage(in: chat, using: &self.random) {
                let emoji = Self.emojis.randomElement(using: &self.random) ?? "+"
                return .react(message: message, emoji: emoji)
            }
        case 78..<84:
            if let last = self.reactions.randomElement(using: &self.random) {
                return .unreact(message: last.message, emoji: last.emoji)
            }
        case 84..<92: return .read(chat: chat)
        case 92..<97:
            if let move = self.nextMove() { return move }
        case 97:
            if self.place == 0 { return .register(mail: "new\(number)@example.org") }
        default: break
        }
        let replies = self.random.one(in: 4)
        let replyTo = replies ? self.world.recentMessage(in: chat, using: &self.random) : nil
        return .send(chat: chat, text: text, replyTo: replyTo)
    }

    /// Letters that no compression makes fewer of.
    private mutating func padding() -> String {
        guard self.traffic.paddingCount > 0 else { return "" }
        let words = (0..<self.traffic.paddingCount / 10).map { _ in self.random.next() }
        return words.withUnsafeBytes { Data($0).base64EncodedString() }
    }

    /// Somebody comes or goes.
    private mutating func nextMove() -> Invocation.Action? {
        let chat = self.world.chats.changing
        if CrashWorld.guests.contains(self.place) { return .leave(chat: chat) }
        guard self.place == 1, let guest = CrashWorld.guests.randomElement(using: &self.random)
        else { return nil }
        let user = self.world.accounts[guest].id
        return self.random.one(in: 3)
            ? .removeMember(chat: chat, user: user) : .addMember(chat: chat, user: user)
    }

    private mutating func recentOwn() -> Int? {
        self.own.suffix(10).randomElement(using: &self.random)
    }

    private mutating func learn(from answer: Answer, to invocation: Invocation) {
        guard answer.outcome == .done else { return }
        switch invocation.action {
        case .send:
            guard let message = answer.message else { return }
            self.own.append(message.id)
            self.world.shown(message)
        case .delete(let message): self.own.removeAll { $0 == message }
        case .react(let message, let emoji): self.reactions.append((message, emoji))
        case .register:
            if let user = answer.id { self.world.registered(user) }
            return
        // Not remembered where they changed nothing, so asking once more may have an effect.
        case .unreact, .read: return
        default: break
        }
        self.done.append(invocation)
        self.done.removeFirst(max(0, self.done.count - Self.keptCountMax))
        self.own.removeFirst(max(0, self.own.count - Self.keptCountMax))
        self.reactions.removeFirst(max(0, self.reactions.count - Self.keptCountMax))
    }
}
