import NIOHTTP1
import Shards

extension API {
    static let reactions: [Route] = [
        .immediate(.POST, "/messages/{message_id}/reactions") { call throws(ValidationFailure) in
            let id = try call.pathMessage(0)
            var fields = try call.body()
            let emoji = fields.string(
                "emoji",
                lengthMin: 1,
                lengthMax: Reaction.emojiCharactersMax
            )
            try fields.finish()
            try call.perform(on: id, .react(id, emoji: emoji), status: 201)
        },
        .immediate(.DELETE, "/messages/{message_id}/reactions/{emoji}") {
            call throws(ValidationFailure) in
            let id = try call.pathMessage(0)
            let emoji = try call.pathString(1, "emoji")
            try call.perform(on: id, .unreact(id, emoji: emoji))
        },
    ]
}
