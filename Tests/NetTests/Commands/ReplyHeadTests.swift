import Foundation
import NIOCore
import Shards
import Testing

@testable import Net

struct ReplyHeadTests {
    /// The text of the one frame that these bytes are, after RFC 6455 §5.2.
    private static func text(of frame: ByteBuffer) -> String {
        var frame = frame
        let first = frame.readInteger(as: UInt8.self)
        #expect(first == 0x81)
        var count = frame.readInteger(as: UInt8.self).map { Int($0) }
        if count == 126 {
            count = frame.readInteger(as: UInt16.self).map { Int($0) }
            #expect(count ?? 0 > 125)
        } else if count == 127 {
            count = frame.readInteger(as: UInt64.self).map { Int($0) }
            #expect(count ?? 0 > Int(UInt16.max))
        }
        #expect(frame.readableBytes == count)
        return String(buffer: frame)
    }

    @Test func `a reply of any length is one frame`() throws {
        let overhead = "{\"reply\":1,\"status\":200,\"body\":}".utf8.count
        for total in [125, 126, 127, 65_535, 65_536, 65_537] {
            let body = Array(repeating: UInt8(ascii: "7"), count: total - overhead)
            let reply = Response(.reply(ReplyHead(id: .integer(1))), status: 200, body: body)
            let text = Self.text(of: reply.bytes)
            let digits = String(decoding: body, as: UTF8.self)
            #expect(text == "{\"reply\":1,\"status\":200,\"body\":\(digits)}")
        }
    }

    @Test func `what HTTP says in headers a reply says in members`() throws {
        let head = ResponseHead.reply(ReplyHead(id: .text("a\"\n")))
        let refusal = Response(
            head,
            status: 503,
            detail: "no",
            headers: [.retryAfter(7), .field("X", "y")]
        )
        #expect(
            Self.text(of: refusal.bytes)
                == "{\"reply\":\"a\\\"\\n\",\"status\":503,\"retry_after\":7,\"body\":{\"detail\":\"no\"}}"
        )
        let done = Response(head, status: 204, headers: [.replayed])
        #expect(
            Self.text(of: done.bytes)
                == "{\"reply\":\"a\\\"\\n\",\"status\":204,\"replayed\":true}"
        )
    }

    @Test(arguments: [
        (CommandID.none, "null"), (.integer(0), "0"), (.integer(.max), "9223372036854775807"),
        (.integer(.min), "-9223372036854775808"), (.text(""), "\"\""), (.text("й"), "\"й\""),
    ])
    func `an id is written as JSON`(id: CommandID, json: String) throws {
        let reply = Response(.reply(ReplyHead(id: id)), status: 204)
        #expect(Self.text(of: reply.bytes) == "{\"reply\":\(json),\"status\":204}")
    }

    @Test func `an id that grows when it is escaped fits`() throws {
        let id = String(repeating: "\u{1}", count: CommandID.bytesMax)
        let reply = Response(.reply(ReplyHead(id: .text(id))), status: 204)
        let data = Data(Self.text(of: reply.bytes).utf8)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        #expect(object?["reply"] as? String == id)
    }
}
