import Testing

@testable import NodusBench

struct JSONTextTests {
    @Test func `text is escaped as RFC 8259 demands and no more`() {
        let quoted = String(decoding: JSONText.quoted("a\"b\\c\u{1d}\t\u{7f}é"), as: UTF8.self)
        #expect(quoted == #""a\"b\\c\u001d\u0009\#u{7f}é""#)
    }

    @Test(
        arguments: [
            (#"{"id":12,"x":{"id":3}}"#, 12), (#"{"x":{"id":3},"y":"\"id\":4","id": 5}"#, 5),
            (#"{"x":"id","id":"7"}"#, nil), (#"{"id"#, nil), (#"{"a\"#, nil), ("", nil),
            (#"[{"id":1}]"#, nil),
        ] as [(String, UInt64?)]
    )
    func `the id is the object's own`(text: String, id: UInt64?) {
        #expect(JSONText.id(in: Array(text.utf8)[...]) == id)
    }
}
