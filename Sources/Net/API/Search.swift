import NIOHTTP1
import Shards

extension API {
    static let search: [Route] = [
        .suspending(.GET, "/messages/search") { call throws(Failure) in
            var query = call.query()
            let chat = ChatID(any: query.integer("chat_id"))
            let text = query.string("query")
            let limit = query.optionalInteger("limit", min: 1, max: Int64(PageQuery.limitMax))
            let offset = query.optionalInteger("offset", min: 0, max: Int64(Int32.max))
            try query.check()
            let wanted = text.trimmingSpaces().lowercased()
            guard !wanted.isEmpty else { throw .status(400, "Search query cannot be empty") }
            return try await Self.find(
                wanted,
                in: chat,
                skipping: Int(offset ?? 0),
                limit: limit.map(Int.init) ?? PageQuery.limitDefault,
                call
            )
        }
    ]

    /// Messages that are looked at before other requests have their turn.
    private static let searchedAtOnceMax = 256

    private static func find(
        _ text: String,
        in chat: ChatID,
        skipping offset: Int,
        limit: Int,
        _ call: Call
    ) async throws(Failure) -> Response {
        let shard = call.server.loop(of: chat.slot).shard
        var found: [[UInt8]] = []
        var next: Int?
        var after = Position.zero
        repeat {
            let part = await shard.search(
                text,
                in: chat,
                for: call.user,
                before: next,
                countMax: Self.searchedAtOnceMax
            )
            guard let part else {
                throw Failure(.accessDenied, after: await shard.lastPosition(of: chat))
            }
            found += part.value.found
            next = part.value.next
            after = max(after, part.after)
        } while next != 0 && found.count < offset + limit
        return call.json(200, after: after) { json in
            json.raw("[")
            for (index, message) in found.dropFirst(offset).prefix(limit).enumerated() {
                if index > 0 { json.raw(",") }
                json.raw(message)
            }
            json.raw("]")
        }
    }
}

extension String {
    fileprivate func trimmingSpaces() -> Substring {
        let start = self.firstIndex { !$0.isWhitespace } ?? self.endIndex
        let end = self[start...].lastIndex { !$0.isWhitespace }
        return end.map { self[start...$0] } ?? ""
    }
}
