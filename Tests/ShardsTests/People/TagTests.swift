import Shards
import Testing

@Suite struct TagTests {
    @Test(arguments: [
        ("anna", "anna"), ("@anna", "anna"), ("Anna.Smith", "anna.smith"), ("a_b", "a_b"),
        ("123", "123"), ("a..b", "a..b"), ("@A1Z", "a1z"),
        (String(repeating: "x", count: 32), String(repeating: "x", count: 32)),
    ])
    func `a good tag is taken in lower case, without its @`(input: String, text: String) {
        #expect(Tag(input)?.text == text)
    }

    @Test(arguments: [
        "", "@", "ab", "@ab", String(repeating: "x", count: 33), ".abc", "abc.", "_abc", "abc_",
        "a b", "a-b", "@@abc", "abc@", "анна", "naïve", "a\u{301}bc", "abc\n", "abc\0", "👋👋👋",
        "a/b", "...", "___",
    ])
    func `everything else is no tag`(input: String) {
        #expect(Tag(input) == nil)
    }

    @Test func `a first tag is made of the mail's local part and the user's id`() {
        func initial(_ email: String) -> String { Tag.initial(email: email, user: .anna) }
        #expect(initial("anna@example.org") == "anna_1")
        #expect(initial("Anna.Smith+work@example.org") == "annasmithwork_1")
        #expect(initial("анна@example.org") == "user_1")
        #expect(initial("@example.org") == "user_1")
        let long = String(repeating: "y", count: 64) + "@a.b"
        #expect(initial(long) == String(repeating: "y", count: 20) + "_1")
    }

    @Test func `a first tag is a tag, whoever registers`() {
        let last = UserID(rawValue: .max)
        for email in ["a@b.c", "_.@b.c", "ü@b.c", "9@b.c", String(repeating: "z", count: 99)] {
            let text = Tag.initial(email: email, user: last)
            #expect(Tag(text)?.text == text)
        }
    }
}
