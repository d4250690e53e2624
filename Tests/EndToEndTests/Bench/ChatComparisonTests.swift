import Testing

@testable import NodusBench

struct ChatComparisonTests {
    private let rows = (0..<6).map { (place: Int) -> ChatComparison.Row in
        let reply: Int? = place == 4 ? 1 : nil
        return ChatComparison.Row(
            line: place,
            author: "a\(place % 2)",
            text: "t\(place)",
            reply: reply
        )
    }
    private let found = (0..<6).map { (place: Int) -> ChatComparison.Found in
        let reply: UInt64? = place == 4 ? 10 : nil
        return ChatComparison.Found(
            id: UInt64(place * 10),
            authorID: UInt64(place % 2),
            author: "a\(place % 2)",
            text: "t\(place)",
            reply: reply
        )
    }

    private func differences(in found: [ChatComparison.Found]) -> [String] {
        ChatComparison(chat: "c", rows: self.rows, found: found).differences
    }

    @Test func `the same is the same`() {
        #expect(self.differences(in: self.found).isEmpty)
    }

    @Test(arguments: 0..<6) func `one message too few or too many is found`(place: Int) {
        var less = self.found
        less.remove(at: place)
        // The answer to message 1 loses what it answers.
        #expect(self.differences(in: less).count == (place == 1 ? 2 : 1))
        var more = self.found
        more.insert(self.found[place], at: place)
        #expect(!self.differences(in: more).isEmpty)
    }

    @Test(arguments: 1..<6) func `two messages that changed places are found`(place: Int) {
        var swapped = self.found
        swapped.swapAt(place, place - 1)
        #expect(!self.differences(in: swapped).isEmpty)
    }

    @Test(arguments: 0..<6) func `every change of a message is found`(place: Int) {
        let old = self.found[place]
        func changed(
            authorID: UInt64? = old.authorID,
            author: String? = old.author,
            text: String? = old.text,
            reply: UInt64? = old.reply
        ) -> ChatComparison.Found {
            ChatComparison.Found(
                id: old.id,
                authorID: authorID,
                author: author,
                text: text,
                reply: reply
            )
        }
        for message in [
            changed(text: "x"), changed(author: "z"), changed(authorID: 9), changed(reply: 0),
            changed(authorID: nil, author: nil, text: nil),
        ] {
            var other = self.found
            other[place] = message
            #expect(!self.differences(in: other).isEmpty, "\(message)")
        }
    }

    @Test func `everything is missing where nothing is found`() {
        #expect(self.differences(in: []).count == 6)
    }

    @Test func `two spellings of one accent differ`() {
        let row = ChatComparison.Row(line: 0, author: "a", text: "e\u{301}", reply: nil)
        let found = ChatComparison.Found(
            id: 1,
            authorID: 1,
            author: "a",
            text: "\u{e9}",
            reply: nil
        )
        #expect(ChatComparison(chat: "c", rows: [row], found: [found]).differences.count == 1)
    }
}
