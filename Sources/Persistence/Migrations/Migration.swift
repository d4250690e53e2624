/// One step of the schema, both ways. Either runs within a transaction of the runner's.
package struct Migration: Hashable, Sendable {
    /// As it stands in `alembic_version`.
    package let revision: String
    /// What the step brings, in a few words.
    package let name: String
    package let up: String
    /// Refuses, and changes nothing, where the schema before cannot hold the rows that are there.
    package let down: String

    package init(revision: String, name: String, up: String, down: String) {
        self.revision = revision
        self.name = name
        self.up = up
        self.down = down
    }

    /// With statements as they are embedded in the program.
    init(_ revision: String, _ name: String, up: [UInt8], down: [UInt8]) {
        self.init(
            revision: revision,
            name: name,
            up: String(decoding: up, as: UTF8.self),
            down: String(decoding: down, as: UTF8.self)
        )
    }
}

/// A step that was taken.
package struct MigrationStep: Hashable, Sendable {
    package enum Direction: Hashable, Sendable {
        case up
        case down
    }

    package let migration: Migration
    package let direction: Direction
    /// What the database said meanwhile, such as who needs a new password. For a person to read.
    package let notices: [String]
    package let duration: Duration
}
