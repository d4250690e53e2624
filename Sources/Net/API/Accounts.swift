import NIOHTTP1
import Shards

extension API {
    static let accounts: [Route] = [
        .suspending(.POST, "/auth/register", needsToken: false) { call throws(Failure) in
            try await Self.register(call)
        },
        .suspending(.POST, "/auth/login", needsToken: false) { call throws(Failure) in
            try await Self.logIn(call)
        },
        .suspending(.POST, "/auth/refresh", needsToken: false) { call throws(Failure) in
            try await Self.refresh(call)
        },
        .suspending(.POST, "/auth/logout") { call throws(Failure) in try await Self.logOut(call) },
    ]

    private static let passwordCharactersMin = 8

    private static func register(_ call: Call) async throws(Failure) -> Response {
        var fields = try call.fields()
        let email = fields.string("email", lengthMax: User.emailCharactersMax)
        let password = fields.string("password", lengthMin: Self.passwordCharactersMin)
        let name = fields.string(
            "display_name",
            lengthMin: 1,
            lengthMax: User.displayNameCharactersMax
        )
        let avatar = fields.optionalString("avatar_url", lengthMax: User.avatarURLCharactersMax)
        if fields.presence("email") == .value, !EmailAddress.isValid(email) {
            fields.refuse("email", "value is not a valid email address")
        }
        if password.utf8.count > User.passwordBytesMax {
            fields.refuse("password", "password must have at most \(User.passwordBytesMax) bytes")
        }
        try fields.check()
        try Self.check(call.server.limiters.registrations.take(call.address, at: Clocks.monotonic))
        let directory = call.server.directory
        // Before the expensive hash, and once more with it in hand.
        let taken = await directory.user(email: email)
        guard taken.value == nil else { throw Failure(.emailTaken, after: taken.after) }
        let hash: String
        do { hash = try await call.server.hasher.hash(password) } catch { throw .busy }
        let now = Clocks.now
        let draft = User(
            id: UserID(rawValue: 0),
            email: email,
            displayName: name,
            tag: "",
            avatarURL: avatar,
            createdAt: now,
            passwordHash: hash
        )
        do throws(DirectoryRefusal) {
            let shown = try await directory.register(
                draft,
                session: SessionID(rawValue: TokenSecret.randomUInt64()),
                sessionExpiresAt: now.advanced(by: call.server.settings.refreshLifetime)
            )
            return call.json(200, after: shown.after) { json in
                json.raw("{\"user\":")
                shown.value.user.write(to: &json, showingEmail: true)
                json.raw(",\"tokens\":")
                Self.write(shown.value.session, call, to: &json)
                json.raw("}")
            }
        } catch {
            throw Failure(error, after: await directory.lastPosition)
        }
    }

    private static func logIn(_ call: Call) async throws(Failure) -> Response {
        var fields = try call.fields()
        let email = fields.string("email", lengthMax: User.emailCharactersMax)
        let password = fields.string("password")
        try fields.check()
        let account = Limits.Account(email: email.lowercased(), address: call.address)
        try Self.check(call.server.limiters.logins.take(account, at: Clocks.monotonic))
        let directory = call.server.directory
        let user = await directory.user(email: email).value
        // Longer ones are never set, so none of them can be right.
        let isTooLong = password.utf8.count > User.passwordBytesMax
        let isRight: Bool
        do {
            isRight = try await call.server.hasher.verify(
                isTooLong ? "" : password,
                against: isTooLong ? nil : user?.passwordHash
            )
        } catch {
            throw .busy
        }
        guard isRight, let user else { throw .status(401, "Invalid credentials") }
        do throws(DirectoryRefusal) {
            let now = Clocks.now
            let shown = try await directory.openSession(
                SessionID(rawValue: TokenSecret.randomUInt64()),
                of: user.id,
                now: now,
                expiresAt: now.advanced(by: call.server.settings.refreshLifetime)
            )
            // Unstructured, because the answer does not wait for it.
            Task { [server = call.server] in await Self.rehash(password, of: user, server) }
            return call.json(200, after: shown.after) { Self.write(shown.value, call, to: &$0) }
        } catch {
            throw Failure(error)
        }
    }

    /// Hashes a password anew where its hash is weaker than ours; where that cannot be done now, the
    /// next login does it.
    private static func rehash(_ password: String, of user: User, _ server: Server) async {
        let old = user.passwordHash
        guard let new = try? await server.hasher.rehash(password, replacing: old) else { return }
        try? await server.directory.changePasswordHash(of: user.id, from: old, to: new)
    }

    private static func refresh(_ call: Call) async throws(Failure) -> Response {
        var fields = try call.fields()
        let text = fields.string("refresh_token")
        try fields.check()
        let now = Clocks.now
        let invalid = Failure.status(401, "Invalid refresh token")
        guard let token = try? call.server.signer.verifyRefresh(text, now: now.seconds) else {
            throw invalid
        }
        do throws(DirectoryRefusal) {
            let shown = try await call.server.directory.rotate(
                token.session,
                generation: token.generation,
                now: now,
                expiresAt: now.advanced(by: call.server.settings.refreshLifetime)
            )
            return call.json(200, after: shown.after) { Self.write(shown.value, call, to: &$0) }
        } catch {
            throw Failure(error, after: await call.server.directory.lastPosition)
        }
    }

    /// Ends the session of the access token, and that of the refresh token where it is the same
    /// user's.
    private static func logOut(_ call: Call) async throws(Failure) -> Response {
        var sessions: [SessionID] = call.token.map { [$0.session] } ?? []
        if call.input.hasBody {
            var fields = try call.fields()
            let text = fields.optionalString("refresh_token")
            try fields.check()
            if let text {
                let token = try? call.server.signer.verifyRefresh(text, now: Clocks.now.seconds)
                guard let token, token.user == call.user else {
                    throw .status(401, "Invalid refresh token")
                }
                sessions.append(token.session)
            }
        }
        do throws(DirectoryRefusal) {
            for session in sessions { try await call.server.directory.revoke(session) }
        } catch {
            throw Failure(error)
        }
        let after = await call.server.directory.lastPosition
        // Not before the session is over on every loop: the next request may come in on any.
        await call.server.walkedEverywhere(after)
        return call.noContent(after: after)
    }

    private static func check(_ outcome: TokenBucket.Outcome) throws(Failure) {
        if case .limited(let seconds) = outcome { throw .limited(retryAfter: seconds) }
    }

    /// The contract's `TokenPair`. Equal sessions give equal tokens, which is what answers a refresh
    /// whose first answer was lost.
    private static func write(_ session: Session, _ call: Call, to json: inout JSONWriter) {
        let settings = call.server.settings
        let issuedAt = session.rotatedAt.seconds
        let access = AccessToken(
            user: session.user,
            session: session.id,
            issuedAt: issuedAt,
            expiresAt: issuedAt + settings.accessLifetime.components.seconds
        )
        let refresh = RefreshToken(
            user: session.user,
            session: session.id,
            generation: session.generation,
            issuedAt: issuedAt,
            expiresAt: session.expiresAt.seconds
        )
        json.raw("{\"access_token\":")
        json.string(call.server.signer.sign(access))
        json.raw(",\"refresh_token\":")
        json.string(call.server.signer.sign(refresh))
        json.raw(",\"token_type\":\"bearer\",\"expires_in\":")
        json.integer(settings.accessLifetime.components.seconds)
        json.raw(".0}")
    }
}
