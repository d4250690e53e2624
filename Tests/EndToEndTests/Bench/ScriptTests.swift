import Testing

@testable import NodusBench

struct ScriptTests {
    private func line(
        _ line: Int,
        _ kind: CorpusBuilder.Line.Kind,
        _ nick: String,
        to: String? = nil,
        text: String? = nil,
        reply: Int? = nil,
        chat: String = "c"
    ) -> CorpusBuilder.Line {
        CorpusBuilder.Line(
            chat: chat,
            line: line,
            kind: kind,
            nick: nick,
            to: to,
            text: text,
            reply: reply
        )
    }

    @Test func `who writes without having joined joins first and the creator stays`() {
        var builder = CorpusBuilder()
        builder.add(self.line(0, .message, "Al", text: "x"))
        builder.add(self.line(1, .message, "al", text: "", reply: 0))
        builder.add(self.line(2, .left, "Al"))
        builder.add(self.line(3, .left, "al"))
        builder.add(self.line(4, .left, "al"))
        builder.add(self.line(5, .renamed, "zed", to: "bo"))
        builder.add(self.line(6, .joined, "bo"))
        builder.add(self.line(7, .message, "al", text: "y", reply: 4))
        builder.add(self.line(8, .message, "bo", text: "z", reply: 8))
        let corpus = builder.finished()
        #expect(corpus.nicks == ["Al", "al", "zed", "bo"])
        #expect(corpus.chats[0].messages.map(\.reply) == [nil, 0, nil, nil])
        let script = Script(of: corpus.chats[0])
        #expect(
            script.actions == [
                .send(message: 0), .add(person: 1, line: 1), .send(message: 1),
                .leave(person: 1, line: 3), .add(person: 3, line: 5), .add(person: 1, line: 7),
                .send(message: 2), .send(message: 3),
            ]
        )
        #expect((0...4).map(script.place(after:)) == [0, 1, 3, 7, 8])
        #expect(Script.people(of: corpus.chats[0]) == [0, 1, 3])
    }

    @Test func `limits leave out messages and chats but number the same people`() {
        var builder = CorpusBuilder(limits: .init(messageCount: 2, chatCount: 1))
        builder.add(self.line(0, .joined, "q", chat: "d"))
        builder.add(self.line(0, .message, "a", text: "1", chat: "e"))
        builder.add(self.line(1, .message, "b", text: "2", chat: "d"))
        builder.add(self.line(2, .message, "c", text: "3", chat: "d"))
        builder.add(self.line(3, .message, "e\u{301}", text: "4", chat: "d"))
        builder.add(self.line(4, .message, "\u{e9}", text: "5", chat: "d"))
        let corpus = builder.finished()
        #expect(corpus.nicks.count == 6)
        #expect(corpus.messageCount == 2)
        #expect(corpus.chats.map(\.key) == ["d"])
    }
}
