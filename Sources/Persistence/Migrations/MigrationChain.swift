/// All migrations, in order.
package struct MigrationChain: Sendable {
    /// The name of the place before the first revision, as alembic has it.
    package static let base = "base"

    package let migrations: [Migration]

    package init(_ migrations: [Migration]) {
        self.migrations = migrations
    }

    /// Begins with the original's own, so that a database of any of its versions can be taken over.
    package static let nodus = MigrationChain([
        Migration(
            "20240326_0001",
            "users, chats, members, messages",
            up: PackageResources._1_20240326_0001_up_sql,
            down: PackageResources._1_20240326_0001_down_sql
        ),
        Migration(
            "20241104_0002",
            "tags",
            up: PackageResources._2_20241104_0002_up_sql,
            down: PackageResources._2_20241104_0002_down_sql
        ),
        Migration(
            "20241104_0003",
            "who has read what",
            up: PackageResources._3_20241104_0003_up_sql,
            down: PackageResources._3_20241104_0003_down_sql
        ),
        Migration(
            "20241104_0004",
            "the status of messages",
            up: PackageResources._4_20241104_0004_up_sql,
            down: PackageResources._4_20241104_0004_down_sql
        ),
        Migration(
            "20241105_0005",
            "replies, deleted and edited messages, reactions",
            up: PackageResources._5_20241105_0005_up_sql,
            down: PackageResources._5_20241105_0005_down_sql
        ),
        Migration(
            "20241106_0006",
            "friends, pinned chats",
            up: PackageResources._6_20241106_0006_up_sql,
            down: PackageResources._6_20241106_0006_down_sql
        ),
        Migration(
            "7a428b8e8dac",
            "attachments",
            up: PackageResources._7_7a428b8e8dac_up_sql,
            down: PackageResources._7_7a428b8e8dac_down_sql
        ),
        Migration(
            "20261122_0008",
            "read pointers, wide ids",
            up: PackageResources._8_20261122_0008_up_sql,
            down: PackageResources._8_20261122_0008_down_sql
        ),
        Migration(
            "20261122_0009",
            "positions, dead letters, old passwords",
            up: PackageResources._9_20261122_0009_up_sql,
            down: PackageResources._9_20261122_0009_down_sql
        ),
    ])

    /// Of the last one; nil in an empty chain.
    package var newest: String? { self.migrations.last?.revision }

    package subscript(revision: String) -> Migration? {
        self.migrations.first { $0.revision == revision }
    }

    /// How many migrations a database at `revision` has behind it. nil where it is not known.
    package func count(through revision: String) -> Int? {
        revision == Self.base
            ? 0 : self.migrations.firstIndex { $0.revision == revision }.map { $0 + 1 }
    }
}
