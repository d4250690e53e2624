import Shards

/// Why a token was refused. The client is told only that it was.
package enum TokenError: Error, Equatable, Sendable {
    /// Not a compact JWS, not canonical base64url, or not the claims that this server writes.
    case malformed
    /// The header names another algorithm, or anything but `alg` and `typ: "JWT"`.
    case wrongAlgorithm
    case wrongSignature
    case expired
    /// Issued, or valid from, more than `TokenSigner.clockSkewMax` in the future.
    case notYetValid
    /// Good, but for another use: a refresh token sent as an access token, or an audience.
    case wrongPurpose
}

/// Signs and verifies this server's own tokens: compact JWS (RFC 7515), HS256 only.
///
/// Follows RFC 8725: one algorithm, fixed by the verifier and not by the token; no header parameter
/// but `alg` and `typ`; each token says its purpose; claims are read only after the signature.
/// Equal tokens sign to equal text.
package struct TokenSigner: Sendable {
    private let authenticator: HMACSHA256

    package static let secretBytesMin = 32
    package static let textBytesMax = 2048
    /// Seconds that another node's clock may be ahead.
    package static let clockSkewMax: Int64 = 60
    /// Base64url of a code, the third part of each token.
    package static let signatureCharacters = 43

    private static let header = Base64.encodeURL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    /// The secret has at least as many bytes as the hash (RFC 7518, section 3.2).
    package init(secret: [UInt8]) {
        precondition(
            secret.count >= Self.secretBytesMin,
            "a token secret has at least \(Self.secretBytesMin) bytes"
        )
        self.authenticator = HMACSHA256(key: secret)
    }

    package func sign(_ token: AccessToken) -> String {
        let subject = Self.subject(user: token.user, session: token.session)
        return self.sign(
            claims: #"{\#(subject),"typ":"access","iat":\#(token.issuedAt),"#
                + #""exp":\#(token.expiresAt)}"#
        )
    }

    package func sign(_ token: RefreshToken) -> String {
        let subject = Self.subject(user: token.user, session: token.session)
        return self.sign(
            claims: #"{\#(subject),"typ":"refresh","gen":\#(token.generation),"#
                + #""iat":\#(token.issuedAt),"exp":\#(token.expiresAt)}"#
        )
    }

    /// The token that this secret signed as an access token, good at `now` (seconds since 1970).
    package func verifyAccess(
        _ text: some StringProtocol,
        now: Int64
    ) throws(TokenError) -> AccessToken {
        let claims = try self.claims(of: text)
        try Self.check(claims, purpose: "access", now: now)
        return AccessToken(
            user: try Self.user(in: claims),
            session: try Self.session(in: claims),
            issuedAt: try claims.integer("iat"),
            expiresAt: try claims.integer("exp")
        )
    }

    /// The token that this secret signed as a refresh token, good at `now` (seconds since 1970).
    ///
    /// Whether it has been used is not in it: the session knows its generation.
    package func verifyRefresh(
        _ text: some StringProtocol,
        now: Int64
    ) throws(TokenError) -> RefreshToken {
        let claims = try self.claims(of: text)
        try Self.check(claims, purpose: "refresh", now: now)
        guard let generation = UInt32(exactly: try claims.integer("gen")) else {
            throw .malformed
        }
        return RefreshToken(
            user: try Self.user(in: claims),
            session: try Self.session(in: claims),
            generation: generation,
            issuedAt: try claims.integer("iat"),
            expiresAt: try claims.integer("exp")
        )
    }

    /// A token is good before its last second, not in it (RFC 7519, section 4.1.4).
    static func checkTimes(issuedAt: Int64, expiresAt: Int64, now: Int64) throws(TokenError) {
        guard now < expiresAt else { throw .expired }
        let (latest, overflow) = now.addingReportingOverflow(Self.clockSkewMax)
        guard overflow || issuedAt <= latest else { throw .notYetValid }
    }
}

// MARK: - Writing

extension TokenSigner {
    private func sign(claims: String) -> String {
        let signed = "\(Self.header).\(Base64.encodeURL(Array(claims.utf8)))"
        let code = self.authenticator.code(of: Array(signed.utf8)[...])
        return "\(signed).\(Base64.encodeURL(code))"
    }

    private static func subject(user: UserID, session: SessionID) -> String {
        #""sub":"\#(user.rawValue)","sid":"\#(Self.text(of: session))""#
    }

    /// 16 digits, so that a session has one spelling.
    private static func text(of session: SessionID) -> String {
        let digits = String(session.rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

// MARK: - Reading

extension TokenSigner {
    /// The claims of a text that this secret has signed, times and purpose not yet checked.
    private func claims(of text: some StringProtocol) throws(TokenError) -> FlatObject {
        guard text.utf8.count <= Self.textBytesMax else { throw .malformed }
        let bytes = Array(text.utf8)
        let dot = UInt8(ascii: ".")
        let parts = bytes.split(separator: dot, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed }
        try Self.checkHeader(parts[0])
        guard let signature = Base64.decodeURL(parts[2]) else { throw .malformed }
        guard self.authenticator.isCode(signature, of: bytes[..<parts[1].endIndex]) else {
            throw .wrongSignature
        }
        guard let payload = Base64.decodeURL(parts[1]) else { throw .malformed }
        return try FlatObject(parsing: payload)
    }

    private static func checkHeader(_ text: ArraySlice<UInt8>) throws(TokenError) {
        guard let bytes = Base64.decodeURL(text) else { throw .malformed }
        let header = try FlatObject(parsing: bytes)
        guard header["alg"] == .string("HS256") else { throw .wrongAlgorithm }
        for member in header.members where member.name != "alg" {
            guard member.name == "typ", member.value == .string("JWT") else {
                throw .wrongAlgorithm
            }
        }
    }

    private static func check(
        _ claims: FlatObject,
        purpose: String,
        now: Int64
    ) throws(TokenError) {
        // An audience is never ours (RFC 7519, section 4.1.3).
        guard try claims.string("typ") == purpose, claims["aud"] == nil else {
            throw .wrongPurpose
        }
        let expiresAt = try claims.integer("exp")
        try Self.checkTimes(issuedAt: try claims.integer("iat"), expiresAt: expiresAt, now: now)
        if claims["nbf"] != nil {
            try Self.checkTimes(issuedAt: try claims.integer("nbf"), expiresAt: expiresAt, now: now)
        }
    }

    /// Written back and compared: refuses signs and leading zeros.
    private static func user(in claims: FlatObject) throws(TokenError) -> UserID {
        let text = try claims.string("sub")
        guard let value = UInt32(text), String(value) == text else { throw .malformed }
        return UserID(rawValue: value)
    }

    private static func session(in claims: FlatObject) throws(TokenError) -> SessionID {
        let text = try claims.string("sid")
        guard let value = UInt64(text, radix: 16) else { throw .malformed }
        let session = SessionID(rawValue: value)
        guard Self.text(of: session) == text else { throw .malformed }
        return session
    }
}
