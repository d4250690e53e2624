import TestSupport
import Testing

/// What is found, wherever the messages are: letters in any case and in either way of writing
/// them, and what readers take for one character as one.
struct SearchCase: Sendable, CustomTestStringConvertible {
    let query: String
    /// Places in `texts`.
    let places: [Int]

    init(_ query: String, _ places: Int...) {
        self.query = query
        self.places = places
    }

    var testDescription: String { self.query }

    static let texts = [
        "Ёлка, ёж и мёд", "Елка без точек", "ПРИВЕТ, МИР", "привет, мир", "Straße", "STRASSE",
        "İstanbul", "istanbul", "ΟΔΟΣ", "οδος", "100 % sure", "100 percent", "snake_case",
        "snakeXcase", "C:\\temp\\new", "it's \"quoted\"", "caf\u{e9}", "cafe\u{301}", "cafe",
        "👍 ok", "👍🏽 ok", "👨‍👩‍👧 family", "tab\there\nand newline", "日本語のテキスト",
        "'; DROP TABLE messages; --", "a.b*c?[d]",
    ]

    static let all = [
        SearchCase("ёлка", 0), SearchCase("ЁЛКА", 0), SearchCase("е\u{308}лка", 0),
        SearchCase("елка", 1), SearchCase("МЁД", 0), SearchCase("привет", 2, 3),
        SearchCase("Привет, Мир", 2, 3), SearchCase("  ривет  ", 2, 3), SearchCase("ё", 0),
        SearchCase("STRASSE", 4, 5), SearchCase("straße", 4, 5), SearchCase("STRAẞE", 4, 5),
        SearchCase("ss", 4, 5, 24), SearchCase("istanbul", 7), SearchCase("ISTANBUL", 7),
        SearchCase("İSTANBUL", 6), SearchCase("stanbul", 6, 7), SearchCase("οδος", 8, 9),
        SearchCase("ΟΔΟΣ", 8, 9), SearchCase("οδοσ", 8, 9), SearchCase("%", 10),
        SearchCase("100 %", 10), SearchCase("100", 10, 11), SearchCase("%%"), SearchCase("_", 12),
        SearchCase("snake_case", 12), SearchCase("X", 13), SearchCase("\\", 14),
        SearchCase("\\TEMP\\", 14), SearchCase("\\\\"), SearchCase("\"quoted\"", 15),
        SearchCase("'", 15, 24), SearchCase("caf\u{e9}", 16, 17), SearchCase("cafe\u{301}", 16, 17),
        SearchCase("CAF\u{c9}", 16, 17), SearchCase("cafe", 18), SearchCase("caf", 16, 17, 18),
        SearchCase("👍", 19), SearchCase("👍🏽", 20), SearchCase("👨‍👩‍👧", 21), SearchCase("👩"),
        SearchCase("HERE\nAND", 22), SearchCase("\\n", 14), SearchCase("日本", 23),
        SearchCase("drop table messages; --", 24), SearchCase(".", 25), SearchCase("*c?[", 25),
        SearchCase("nowhere"),
    ]
}

@Suite(.blocking) struct OlderSearchTests {
    @Test(arguments: ColdCase.all)
    func `the same is found in memory and in the store`(cold: ColdCase) throws {
        let world = try ColdWorld.shared(cold)
        let bob = world.bob
        let fresh = try Filling(by: world.ann, in: world.ann.makeGroup(with: [bob]))
            .send(SearchCase.texts)
        let chats = [(world.texts.id, world.texts.messages), (fresh.chat, fresh.ids)]
        for search in SearchCase.all {
            for (index, (chat, ids)) in chats.enumerated() {
                let query = search.query.percentEncoded
                let answer = try bob.get("/messages/search?chat_id=\(chat)&query=\(query)")
                let found = answer.json.items.compactMap { message in
                    ids.firstIndex { $0 == message["id"].int }
                }
                let isRight = found == Array(search.places.reversed())
                let place = index == 0 ? "store" : "memory"
                #expect(isRight, "\(search.query) in the \(place): \(found) of \(answer.status)")
            }
        }
    }

    @Test(arguments: ColdCase.all)
    func `a search goes on from memory into the store`(cold: ColdCase) throws {
        let world = try ColdWorld.shared(cold)
        let (ann, chat) = (world.ann, world.hay)
        let fresh = try Filling(by: ann, in: chat.id).send((1_000..<1_010).map(ColdWorld.hay)).ids
        let needles = (chat.messages + fresh).enumerated()
            .filter { $0.offset % 7 == 0 }.map(\.element)
        let newestFirst = Array(needles.reversed())
        for (limit, offset) in [(1, 0), (1, 1), (3, 0), (50, 0), (50, 1), (50, 100), (200, 0)] {
            let path = "/messages/search?chat_id=\(chat.id)&query=NEEDLE"
            let answer = try world.bob.get("\(path)&limit=\(limit)&offset=\(offset)")
            let found = answer.json.items.compactMap { $0["id"].int }
            let wanted = Array(newestFirst.dropFirst(offset).prefix(limit))
            #expect(found == wanted, "limit \(limit), offset \(offset)")
        }
        let beyond = "/messages/search?chat_id=\(chat.id)&query=needle&offset=\(needles.count)"
        #expect(try ann.get(beyond).json == [])
    }
}
