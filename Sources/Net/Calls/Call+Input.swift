import CSodium
import NIOHTTP1
import Shards

extension Call {
    /// The fields of the JSON body.
    func body() throws(ValidationFailure) -> BodyFields {
        BodyFields(try self.input.body.value)
    }

    func query() -> QueryFields { QueryFields(self.input.query) }

    /// The parameter at `place` in the route's path, which has to be an integer.
    func pathInteger(_ place: Int, _ name: String) throws(ValidationFailure) -> Int64 {
        var fields = QueryFields([(name: name, value: self.input.parameters[place])], place: .path)
        let value = fields.integer(name)
        try fields.finish()
        return value
    }

    func pathString(_ place: Int, _ name: String) throws(ValidationFailure) -> String {
        var fields = QueryFields([(name: name, value: self.input.parameters[place])], place: .path)
        let value = fields.string(name)
        try fields.finish()
        return value
    }

    func pathChat(_ place: Int) throws(ValidationFailure) -> ChatID {
        ChatID(any: try self.pathInteger(place, "chat_id"))
    }

    func pathMessage(_ place: Int) throws(ValidationFailure) -> MessageID {
        MessageID(any: try self.pathInteger(place, "message_id"))
    }

    /// The request as its `Idempotency-Key` names it; nil where it has none. `chat` scopes a key
    /// whose path names no chat.
    func idempotency(chat: ChatID? = nil) throws(ValidationFailure) -> IdempotencyMark.Request? {
        guard let key = self.input.key else { return nil }
        guard case .string(let key) = key, (1...Self.keyBytesMax).contains(key.utf8.count) else {
            throw ValidationFailure([
                ValidationError(
                    .value("Idempotency-Key must have 1 to \(Self.keyBytesMax) bytes"),
                    at: .header,
                    [.name("Idempotency-Key")],
                    input: nil
                )
            ])
        }
        let path = self.input.segments.joined(separator: "/")
        let chat = chat.map { "\($0.rawValue)" } ?? ""
        // The key comes last, because it may hold anything.
        let scope = "\(self.user.rawValue)\n\(self.input.method)\n\(path)\n\(chat)\n\(key)"
        // In the one form that both transports give it, without what nobody means: a retry may come
        // over the other one.
        var body: [UInt8] = []
        try self.input.body.value?.writeCanonically(to: &body)
        return IdempotencyMark.Request(
            scope: Self.digest(Array(scope.utf8)),
            body: Self.digest(body)
        )
    }

    private static let keyBytesMax = 255

    /// BLAKE2b with 128 bits.
    private static func digest(_ bytes: [UInt8]) -> IdempotencyMark.Digest {
        var hash: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &hash) { hash in
            let count = hash.count
            hash.withMemoryRebound(to: UInt8.self) { hash in
                guard let address = hash.baseAddress else { return }
                _ = crypto_generichash(address, count, bytes, UInt64(bytes.count), nil, 0)
            }
        }
        return IdempotencyMark.Digest(high: hash.0, low: hash.1)
    }
}

// The same for endpoints that may fail in other ways too.

extension Call {
    func fields() throws(Failure) -> BodyFields {
        do throws(ValidationFailure) { return try self.body() } catch { throw .invalid(error) }
    }

    func chat(_ place: Int) throws(Failure) -> ChatID {
        do throws(ValidationFailure) {
            return try self.pathChat(place)
        } catch {
            throw .invalid(error)
        }
    }

    func user(_ place: Int) throws(Failure) -> UserID {
        do throws(ValidationFailure) {
            return UserID(any: try self.pathInteger(place, "user_id"))
        } catch {
            throw .invalid(error)
        }
    }

    func key(chat: ChatID? = nil) throws(Failure) -> IdempotencyMark.Request? {
        do throws(ValidationFailure) {
            return try self.idempotency(chat: chat)
        } catch {
            throw .invalid(error)
        }
    }
}

extension BodyFields {
    func check() throws(Failure) {
        do throws(ValidationFailure) { try self.finish() } catch { throw .invalid(error) }
    }
}

extension QueryFields {
    func check() throws(Failure) {
        do throws(ValidationFailure) { try self.finish() } catch { throw .invalid(error) }
    }
}

// What cannot be an id names nothing: 0 is never handed out.

extension ChatID {
    init(any value: Int64) { self.init(rawValue: UInt32(exactly: value) ?? 0) }
}

extension UserID {
    init(any value: Int64) { self.init(rawValue: UInt32(exactly: value) ?? 0) }
}

extension MessageID {
    init(any value: Int64) {
        let isID = value > 0 && value < 1 << 53
        self.init(rawValue: isID ? UInt64(value) : 0)
    }
}
