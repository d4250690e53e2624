import Foundation
import TestSupport

extension Invocation.Action {
    /// How the action is asked for, below `/api/v1`.
    var request: (method: String, path: String, body: JSON?) {
        switch self {
        case .createChat(let members):
            ("POST", "/chats", ["title": "t", "member_ids": .array(members.map { JSON($0) })])
        case .send(let chat, let text, let replyTo):
            (
                "POST", "/messages",
                [
                    "chat_id": JSON(chat), "type": "text", "content": .string(text),
                    "reply_to_id": replyTo.map { JSON($0) } ?? .null,
                ]
            )
        case .edit(let message, let text):
            ("PATCH", "/messages/\(message)", ["content": .string(text)])
        case .delete(let message): ("DELETE", "/messages/\(message)", nil)
        case .react(let message, let emoji):
            ("POST", "/messages/\(message)/reactions", ["emoji": .string(emoji)])
        case .unreact(let message, let emoji):
            ("DELETE", "/messages/\(message)/reactions/\(Self.escaped(emoji))", nil)
        case .read(let chat): ("POST", "/chats/\(chat)/read", nil)
        case .addMember(let chat, let user):
            ("POST", "/chats/\(chat)/members", ["user_id": JSON(user)])
        case .removeMember(let chat, let user): ("DELETE", "/chats/\(chat)/members/\(user)", nil)
        case .leave(let chat): ("POST", "/chats/\(chat)/leave", nil)
        case .register(let mail):
            (
                "POST", "/auth/register",
                ["email": .string(mail), "password": .string(Self.password), "display_name": "New"]
            )
        case .page(let chat, let limit): ("GET", "/messages?chat_id=\(chat)&limit=\(limit)", nil)
        }
    }

    /// Whether one key makes two of the same request one.
    var takesKey: Bool {
        switch self {
        case .register, .page: false
        default: true
        }
    }

    static let password = "correct horse battery"

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    /// What a success shows.
    func read(_ body: [UInt8], into answer: inout Answer) throws {
        let decoder = JSONDecoder()
        let body = Data(body)
        switch self {
        case .createChat: answer.id = try decoder.decode(WireID.self, from: body).id
        case .send, .edit: answer.message = try decoder.decode(ShownMessage.self, from: body)
        case .read: answer.readThrough = try decoder.decode(WireRead.self, from: body).through
        case .register: answer.id = try decoder.decode(WireRegistered.self, from: body).user.id
        case .page: answer.page = try decoder.decode(WirePage.self, from: body).messages
        default: break
        }
    }
}

struct WireID: Decodable {
    let id: Int
}

struct WireRegistered: Decodable {
    let user: WireID
}

struct WireRead: Decodable {
    let through: Int?

    enum CodingKeys: String, CodingKey {
        case through = "up_to_id"
    }
}

struct WirePage: Decodable {
    let messages: [ShownMessage]
    let cursor: Int?

    enum CodingKeys: String, CodingKey {
        case messages
        case cursor = "next_cursor"
    }
}
