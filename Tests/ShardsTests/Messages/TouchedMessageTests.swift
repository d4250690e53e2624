import Shards
import Testing

@Suite struct TouchedMessageTests {
    private let row = StoredMessage.sample(10, "first", at: 1)

    @Test func `changes wait for the row and are laid over it in order`() {
        let message = self.row.message
        var touched = TouchedMessage()
        let areNew = [
            touched.apply(message.saying("second"), at: 5),
            touched.apply(.reactionAdded(message.liked(by: .boris)), at: 6),
            touched.apply(message.saying("third"), at: 7),
        ]
        #expect(areNew == [true, true, true])
        #expect(touched.message == nil)
        #expect(touched.changedAt == 7)
        let now = touched.laid(over: self.row)
        #expect(now.text == "third")
        #expect(now.reactions.map(\.user) == [.boris])
        #expect(now.changedAt == 7)
    }

    @Test func `what was applied already changes nothing, with the row and without`() {
        let message = self.row.message
        var touched = TouchedMessage()
        var areNew = [
            touched.apply(message.saying("second"), at: 5),
            touched.apply(message.saying("late"), at: 5),
        ]
        touched.adopt(self.row)
        areNew.append(touched.apply(message.saying("late"), at: 4))
        #expect(touched.message?.text == "second")
        areNew.append(touched.apply(message.gone, at: 6))
        #expect(areNew == [true, false, false, true])
        #expect(touched.message?.message.isDeleted == true)
    }

    @Test func `a row that has some of the changes gets only the others`() {
        let message = self.row.message
        var touched = TouchedMessage()
        _ = touched.apply(message.saying("second"), at: 5)
        _ = touched.apply(.reactionAdded(message.liked(by: .boris)), at: 6)
        var newer = StoredMessage.sample(10, "second, by the store", at: 5)
        #expect(touched.laid(over: newer).text == "second, by the store")
        #expect(touched.laid(over: newer).reactions.count == 1)
        newer = StoredMessage.sample(10, "long after", at: 9)
        #expect(touched.laid(over: newer) == newer)
    }

    /// A row's position is its message's own: reactions that it has are not told from others.
    @Test func `a reaction that the row has already is there once, in its place`() {
        let message = self.row.message
        let first = message.liked(by: .boris, id: 1)
        let second = message.liked(by: .clara, id: 2)
        var touched = TouchedMessage()
        _ = touched.apply(.reactionAdded(first), at: 5)
        _ = touched.apply(.reactionAdded(second), at: 6)
        _ = touched.apply(.reactionRemoved(user: .dmitri, emoji: "👍"), at: 7)
        let row = StoredMessage(message, reactions: [first, second], at: 1)
        #expect(touched.laid(over: row).reactions == [first, second])
    }

    @Test func `once it is whole, rows from the store change nothing`() {
        var touched = TouchedMessage()
        touched.adopt(self.row)
        touched.adopt(StoredMessage.sample(10, "older", at: 0))
        #expect(touched.message == self.row)
        #expect(touched.laid(over: .sample(10, "newer", at: 9)) == self.row)
        #expect(touched.changedAt == 1)
        #expect(touched.memoryBytes > self.row.memoryBytes)
    }
}
