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
            let wanted = text.trimmingSpaces().foldedCase
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
        var skippedCount = 0
        var next: MessageID? = MessageID(rawValue: .max)
        var answer: StoreAnswer?
        var after = Position.zero
        while let below = next, found.count < limit {
            let handled = await shard.search(
                text,
                in: chat,
                for: call.user,
                below: below,
                countMax: Self.searchedAtOnceMax,
                answer: answer
            )
            switch handled {
            case .needs(let question):
                answer = try await call.server.answer(question, for: shard)
            case .done(let shown):
                guard let part = shown.value else {
                    throw Failure(.accessDenied, after: shown.after)
                }
                let skipped = min(offset - skippedCount, part.found.count)
                skippedCount += skipped
                found += part.found.dropFirst(skipped)
                (next, answer) = (part.next, nil)
                after = max(after, shown.after)
            }
        }
        return call.json(200, after: after) { json in
            json.array(found.prefix(limit)) { $1.raw($0) }
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
