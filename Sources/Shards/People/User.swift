/// One person's account: one row.
package struct User: Hashable, Sendable {
    package static let emailCharactersMax = 255
    package static let displayNameCharactersMax = 255
    package static let avatarURLCharactersMax = 1024
    package static let passwordBytesMax = 1024

    package let id: UserID
    package let email: String
    package var displayName: String
    package var tag: String
    package var avatarURL: String?
    package let createdAt: Timestamp
    /// `$argon2id$…`, or of a user of an existing database `$2b$…`, until their first login.
    package var passwordHash: String

    package init(
        id: UserID,
        email: String,
        displayName: String,
        tag: String,
        avatarURL: String?,
        createdAt: Timestamp,
        passwordHash: String
    ) {
        self.id = id
        self.email = email
        self.displayName = displayName
        self.tag = tag
        self.avatarURL = avatarURL
        self.createdAt = createdAt
        self.passwordHash = passwordHash
    }

    /// Writes the contract's `User`. Only its owner sees the mail address.
    package func write(to json: inout JSONWriter, showingEmail: Bool) {
        json.raw("{\"id\":")
        json.integer(self.id.rawValue)
        json.raw(",\"email\":")
        json.string(showingEmail ? self.email : nil)
        json.raw(",\"display_name\":")
        json.string(self.displayName)
        json.raw(",\"tag\":")
        json.string(self.tag)
        json.raw(",\"avatar_url\":")
        json.string(self.avatarURL)
        json.raw(",\"created_at\":")
        json.time(self.createdAt)
        json.raw("}")
    }
}
