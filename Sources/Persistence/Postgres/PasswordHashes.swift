/// The password hashes of the original, which stand beside those that replaced them.
package struct PasswordHashes {
    private let connection: PostgresConnection

    package init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Drops those whose owner has signed in since.
    ///
    /// - Returns: how many went, and how many are still the only ones.
    package func forgetReplaced() throws(PostgresError) -> (forgotten: Int, kept: Int) {
        let forgotten = try self.connection.rows(
            """
            UPDATE users SET legacy_password_hash = NULL
            WHERE legacy_password_hash IS NOT NULL AND password_hash <> legacy_password_hash
            RETURNING id
            """
        )
        let kept = try self.connection.rows(
            "SELECT id FROM users WHERE legacy_password_hash IS NOT NULL"
        )
        return (forgotten.count, kept.count)
    }
}
