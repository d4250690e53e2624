import Shards
import Testing

@Suite struct TypingBoardTests {
    let chat = ChatID(rawValue: 1)
    let user = UserID(rawValue: 1)

    @Test func `typing ends 10 s after it was last said, to the millisecond`() {
        var board = TypingBoard()
        #expect(board.set(1, 1, at: 0) == "new")
        #expect(board.set(1, 1, at: 4_000) == "")
        #expect(board.expire(at: 13_999) == "")
        #expect(board.typing(in: self.chat) == [self.user])
        #expect(board.expire(at: 14_000) == "1:1")
        #expect(board.typing(in: self.chat) == [])
        #expect(board.set(1, 1, at: 14_000) == "new")
    }

    @Test func `who stops is gone at once and does not expire later`() {
        var board = TypingBoard()
        #expect(board.clear(self.chat, self.user) == false)
        _ = board.set(1, 1, at: 0)
        #expect(board.clear(ChatID(rawValue: 2), self.user) == false)
        #expect(board.clear(self.chat, self.user) == true)
        #expect(board.clear(self.chat, self.user) == false)
        #expect(board.expire(at: 60_000) == "")
        #expect(board.count == 0)
    }

    @Test func `typists are listed as they began, and end as they fell silent`() {
        var board = TypingBoard()
        for user in UInt32(1)...3 { _ = board.set(7, user, at: UInt64(user)) }
        _ = board.set(8, 2, at: 4)
        _ = board.set(7, 1, at: 100)
        #expect(board.typing(in: ChatID(rawValue: 7)).map(\.rawValue) == [1, 2, 3])
        #expect(board.expire(at: 20_000) == "7:2 7:3 8:2 7:1")
    }

    @Test func `a seventeenth chat drops the one that would have ended next`() {
        var board = TypingBoard()
        for chat in UInt32(1)...16 { _ = board.set(chat, 5, at: UInt64(chat)) }
        _ = board.set(1, 5, at: 50)
        #expect(board.set(17, 5, at: 60) == "new, dropped 2:5")
        #expect(board.set(17, 6, at: 60) == "new")
        #expect(board.count == 17)
        #expect(board.typing(in: ChatID(rawValue: 2)) == [])
    }

    @Test func `a full board drops the one that would have ended next`() {
        var board = TypingBoard(countMax: 2)
        _ = board.set(1, 1, at: 0)
        _ = board.set(1, 2, at: 1)
        #expect(board.set(1, 1, at: 2) == "")
        #expect(board.set(1, 3, at: 3) == "new, dropped 1:2")
        #expect(board.count == 2)
        #expect(board.typing(in: self.chat).map(\.rawValue) == [1, 3])
    }

    @Test func `a clock that steps back or ends does no harm`() {
        var board = TypingBoard()
        _ = board.set(1, 1, at: 50_000)
        _ = board.set(1, 2, at: 10)
        #expect(board.expire(at: 59_999) == "")
        #expect(board.expire(at: 60_000) == "1:1 1:2")
        #expect(board.set(1, 1, at: .max) == "new")
        #expect(board.expire(at: .max) == "1:1")
    }

    enum Input: CaseIterable {
        case firstTypes, secondTypes, thirdTypesElsewhere, firstStops, seconds4, seconds6
    }

    /// A board for two, so that the third typist drops one.
    @Test func `every short history agrees with a sorted list`() {
        var mismatches: [[Input]] = []
        Self.walk(TypingBoard(countMax: 2), Model(), [], depth: 6, &mismatches)
        #expect(mismatches.prefix(3) == [])
    }

    private static func walk(
        _ board: TypingBoard,
        _ model: Model,
        _ history: [Input],
        depth: Int,
        _ mismatches: inout [[Input]]
    ) {
        guard depth > 0, mismatches.count < 3 else { return }
        for input in Input.allCases {
            var (board, model) = (board, model)
            let expected = model.take(input)
            let isRight = Self.feed(input, to: &board, at: model.now) == expected
            let chats = [1, 2].map { board.typing(in: ChatID(rawValue: $0)).map(\.rawValue) }
            guard isRight, chats == model.chats, board.count == model.typists.count else {
                mismatches.append(history + [input])
                continue
            }
            Self.walk(board, model, history + [input], depth: depth - 1, &mismatches)
        }
    }

    private static func feed(
        _ input: Input,
        to board: inout TypingBoard,
        at now: UInt64
    ) -> String {
        switch input {
        case .firstTypes: board.set(1, 1, at: now)
        case .secondTypes: board.set(1, 2, at: now)
        case .thirdTypesElsewhere: board.set(2, 3, at: now)
        case .firstStops:
            board.clear(ChatID(rawValue: 1), UserID(rawValue: 1)) ? "stopped" : ""
        case .seconds4, .seconds6: board.expire(at: now)
        }
    }
}

private struct Model {
    var now: UInt64 = 0
    /// In the order of start.
    var typists: [(chat: UInt32, user: UInt32, renewed: UInt64, turn: Int)] = []
    var turn = 0

    var chats: [[UInt32]] {
        [1, 2].map { chat in self.typists.filter { $0.chat == chat }.map(\.user) }
    }

    mutating func take(_ input: TypingBoardTests.Input) -> String {
        self.turn += 1
        switch input {
        case .firstTypes: return self.set(1, 1)
        case .secondTypes: return self.set(1, 2)
        case .thirdTypesElsewhere: return self.set(2, 3)
        case .firstStops:
            let before = self.typists.count
            self.typists.removeAll { $0.user == 1 }
            return self.typists.count < before ? "stopped" : ""
        case .seconds4, .seconds6:
            self.now += input == .seconds4 ? 4_000 : 6_000
            let over = self.typists.filter { $0.renewed + 10_000 <= self.now }
            self.typists.removeAll { $0.renewed + 10_000 <= self.now }
            return over.sorted { $0.turn < $1.turn }.map { "\($0.chat):\($0.user)" }
                .joined(separator: " ")
        }
    }

    private mutating func set(_ chat: UInt32, _ user: UInt32) -> String {
        if let index = self.typists.firstIndex(where: { $0.chat == chat && $0.user == user }) {
            self.typists[index].renewed = self.now
            self.typists[index].turn = self.turn
            return ""
        }
        var answer = "new"
        if self.typists.count == 2,
            let index = self.typists.indices.min(by: {
                self.typists[$0].turn < self.typists[$1].turn
            })
        {
            let dropped = self.typists.remove(at: index)
            answer += ", dropped \(dropped.chat):\(dropped.user)"
        }
        self.typists.append((chat, user, self.now, self.turn))
        return answer
    }
}

extension TypingBoard {
    fileprivate mutating func set(
        _ chat: UInt32,
        _ user: UInt32,
        at milliseconds: UInt64
    ) -> String {
        var dropped: [Typist] = []
        let isNew = self.set(
            ChatID(rawValue: chat),
            UserID(rawValue: user),
            now: MonotonicInstant(milliseconds: milliseconds),
            into: &dropped
        )
        return (isNew ? "new" : "") + dropped.map { ", dropped \($0.text)" }.joined()
    }

    fileprivate mutating func expire(at milliseconds: UInt64) -> String {
        var stopped: [Typist] = []
        self.expire(now: MonotonicInstant(milliseconds: milliseconds), into: &stopped)
        return stopped.map(\.text).joined(separator: " ")
    }
}

extension TypingBoard.Typist {
    fileprivate var text: String { "\(self.chat.rawValue):\(self.user.rawValue)" }
}
