/// Why a migration was refused. The database is as the last step that was reported left it.
package enum MigrationError: Error, Hashable, CustomStringConvertible {
    /// The database has a version that is not in the chain.
    case unknownVersion(String)
    case severalVersions([String])
    /// It has tables, but nothing says of which version.
    case unversioned(tables: [String])
    /// It cannot hold every text.
    case notUnicode(encoding: String)
    /// Somebody asked for a revision that is not in the chain.
    case unknownRevision(String)
    case alreadyBeyond(String, current: String)
    case notYetAt(String, current: String)
    /// Somebody else, who takes no lock, has changed the version meanwhile.
    case versionMoved(from: String)
    case failed(String, MigrationStep.Direction, reason: String)

    package var description: String {
        switch self {
        case .unknownVersion(let version):
            "the database is at revision \(version), which this program does not know. Nothing "
                + "was changed. Use the program that brought it there"
        case .severalVersions(let versions):
            "the database claims to be at several revisions at once "
                + "(\(versions.joined(separator: ", "))). Nothing was changed"
        case .unversioned(let tables):
            "the database has tables (\(Self.some(of: tables))) but no version in "
                + "alembic_version, so it may be another program's. Nothing was changed. Use an "
                + "empty database"
        case .notUnicode(let encoding):
            "the database's encoding is \(encoding), and has to be UTF8. Nothing was changed"
        case .unknownRevision(let revision):
            "there is no revision \(revision); `nodus migrate history` lists them"
        case .alreadyBeyond(let revision, let current):
            "the database is at \(current), which comes after \(revision). Use `nodus migrate "
                + "down \(revision)` to go back"
        case .notYetAt(let revision, let current):
            "the database is at \(current), which comes before \(revision). Use `nodus migrate "
                + "up \(revision)` to go on"
        case .versionMoved(let version):
            "the database was at \(version), but somebody else has moved it meanwhile. The step "
                + "was undone"
        case .failed(let revision, .up, let reason):
            "the step up to \(revision) failed and was undone: \(reason)"
        case .failed(let revision, .down, let reason):
            "the step down from \(revision) failed and was undone: \(reason)"
        }
    }

    private static let namesMax = 5

    private static func some(of names: [String]) -> String {
        let shown = names.prefix(self.namesMax).joined(separator: ", ")
        return names.count > self.namesMax ? "\(shown), …" : shown
    }
}
