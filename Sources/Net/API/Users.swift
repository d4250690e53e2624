import NIOHTTP1
import Shards

extension API {
    static let users: [Route] = [
        .suspending(.GET, "/users/me") { call throws(Failure) in
            let found = await call.server.directory.user(call.user)
            guard let user = found.value else { throw .status(401, "User not found") }
            return Self.show(user, call, after: found.after)
        },
        .suspending(.PATCH, "/users/me") { call throws(Failure) in
            var fields = try call.fields()
            var name: String?
            if fields.presence("display_name") != .absent {
                name = fields.string(
                    "display_name",
                    lengthMin: 1,
                    lengthMax: User.displayNameCharactersMax
                )
            }
            let displayName = name
            let avatar = fields.optionalString(
                "avatar_url",
                lengthMax: User.avatarURLCharactersMax
            )
            try fields.check()
            let keepsAvatar = fields.presence("avatar_url") == .absent
            return try await Self.change(call) { directory throws(DirectoryRefusal) in
                try await directory.changeProfile(
                    of: call.user,
                    displayName: displayName,
                    avatarURL: keepsAvatar ? .none : .some(avatar)
                )
            }
        },
        .suspending(.PUT, "/users/me/tag") { call throws(Failure) in
            var fields = try call.fields()
            let text = fields.string("tag")
            let tag = Tag(text)
            if tag == nil { fields.refuse("tag", Self.tagRule) }
            try fields.check()
            guard let tag else { throw .status(422, Self.tagRule) }
            return try await Self.change(call) { directory throws(DirectoryRefusal) in
                try await directory.changeTag(of: call.user, to: tag)
            }
        },
        .suspending(.GET, "/users/tag/{tag}/available", needsToken: false) { call throws(Failure) in
            var fields = QueryFields([(name: "tag", value: call.input.parameters[0])], place: .path)
            guard let tag = Tag(fields.string("tag")) else {
                fields.refuse("tag", Self.tagRule)
                try fields.check()
                throw .status(422, Self.tagRule)
            }
            let found = await call.server.directory.user(tag: tag)
            return call.json(200, after: found.after) { json in
                json.raw("{\"available\":")
                json.bool(found.value == nil)
                json.raw("}")
            }
        },
        .suspending(.GET, "/users/search") { call throws(Failure) in
            var query = call.query()
            let text = query.string("tag")
            try query.check()
            guard let tag = Tag(text) else { throw .status(404, "User not found") }
            let found = await call.server.directory.user(tag: tag)
            guard let user = found.value else {
                throw .status(404, "User not found", after: found.after)
            }
            return Self.show(user, call, after: found.after)
        },
        .suspending(.GET, "/users/{user_id}") { call throws(Failure) in
            let id = try call.user(0)
            let found = await call.server.directory.user(id)
            guard let user = found.value else {
                throw .status(404, "User not found", after: found.after)
            }
            return Self.show(user, call, after: found.after)
        },
    ]

    private static let tagRule = """
        tag must have 3 to 32 of letters, digits, _ and ., and begin and end with a letter or digit
        """

    private static func show(_ user: User, _ call: Call, after: Position) -> Response {
        call.json(200, after: after) { user.write(to: &$0, showingEmail: user.id == call.user) }
    }

    private static func change(
        _ call: Call,
        _ change: (Directory) async throws(DirectoryRefusal) -> Shown<User>
    ) async throws(Failure) -> Response {
        do throws(DirectoryRefusal) {
            let shown = try await change(call.server.directory)
            return Self.show(shown.value, call, after: shown.after)
        } catch {
            throw Failure(error)
        }
    }
}
