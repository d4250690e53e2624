/// Takes a Postgres database along the chain of migrations.
///
/// Each step is one transaction together with the version, so that a step that fails, or a
/// connection that is lost, leaves the step before it. A lock keeps two runners apart: the second
/// waits, and then finds nothing to do.
///
/// Its calls block, for as long as the tables are big. They throw a `MigrationError`, or a
/// `PostgresError` where the connection is lost: then the step is done or not, but not half.
package struct MigrationRunner {
    /// Names the lock among all advisory locks of the database: "nodus" in ASCII.
    package static let lock: Int64 = 0x6E_6F64_7573

    /// What a step refuses by itself has this SQLSTATE (`raise_exception`).
    private static let raised = "P0001"

    private let connection: PostgresConnection
    private let chain: MigrationChain

    /// The connection is one with time, such as `PostgresTimeouts.patient` gives.
    package init(_ connection: PostgresConnection, chain: MigrationChain = .nodus) {
        self.connection = connection
        self.chain = chain
    }

    /// Where the database is; nil where it is empty.
    package func current() throws -> Migration? {
        let count = try self.appliedCount()
        return count == 0 ? nil : self.chain.migrations[count - 1]
    }

    /// All migrations in order, and whether the database has them behind it.
    package func history() throws -> [(migration: Migration, isApplied: Bool)] {
        let count = try self.appliedCount()
        return self.chain.migrations.enumerated().map { ($0.element, $0.offset < count) }
    }

    /// Goes up to `revision`, or as far as the chain goes, and returns the steps: none where the
    /// database was there already. `onStep` is called after each, since one can take minutes.
    @discardableResult
    package func up(
        to revision: String? = nil,
        onStep: (MigrationStep) -> Void = { _ in }
    ) throws -> [MigrationStep] {
        let goal = try revision.map(self.count(through:)) ?? self.chain.migrations.count
        let encoding = self.connection.serverEncoding
        guard encoding == "UTF8" else { throw MigrationError.notUnicode(encoding: encoding) }
        return try self.locked {
            let start = try self.appliedCount()
            guard start <= goal else {
                throw MigrationError.alreadyBeyond(
                    self.name(of: goal),
                    current: self.name(of: start)
                )
            }
            return try (start..<goal).map { index in
                let step = try self.step(.up, self.chain.migrations[index], from: index)
                onStep(step)
                return step
            }
        }
    }

    /// Goes back to `revision`, or to an empty database where that is `base`, and returns the
    /// steps: none where the database was there already. `onStep` is called after each.
    @discardableResult
    package func down(
        to revision: String,
        onStep: (MigrationStep) -> Void = { _ in }
    ) throws -> [MigrationStep] {
        let goal = try self.count(through: revision)
        return try self.locked {
            let start = try self.appliedCount()
            guard start >= goal else {
                throw MigrationError.notYetAt(self.name(of: goal), current: self.name(of: start))
            }
            return try (goal..<start).reversed().map { index in
                let step = try self.step(.down, self.chain.migrations[index], from: index + 1)
                onStep(step)
                return step
            }
        }
    }

    private func count(through revision: String) throws -> Int {
        guard let count = self.chain.count(through: revision) else {
            throw MigrationError.unknownRevision(revision)
        }
        return count
    }

    private func name(of count: Int) -> String {
        count == 0 ? MigrationChain.base : self.chain.migrations[count - 1].revision
    }

    /// Holds the lock meanwhile; it is the session's, so that it outlives the transactions.
    private func locked<Result>(_ body: () throws -> Result) throws -> Result {
        try self.transaction("SET LOCAL lock_timeout = 0") {
            _ = try self.connection.rows("SELECT pg_advisory_lock(\(Self.lock))")
        }
        defer { _ = try? self.connection.rows("SELECT pg_advisory_unlock(\(Self.lock))") }
        return try body()
    }

    /// Takes a step of a database that has `count` behind it.
    private func step(
        _ direction: MigrationStep.Direction,
        _ migration: Migration,
        from count: Int
    ) throws -> MigrationStep {
        let clock = ContinuousClock()
        let start = clock.now
        var notices: [String] = []
        do {
            try self.transaction("SET LOCAL client_min_messages = notice") {
                try self.moveVersion(from: count, to: direction == .up ? count + 1 : count - 1)
                let statements = direction == .up ? migration.up : migration.down
                _ = self.connection.takeNotices()
                try self.connection.execute(statements)
                notices = self.connection.takeNotices()
            }
        } catch PostgresError.server(Self.raised, let message, _) {
            throw MigrationError.failed(migration.revision, direction, reason: message)
        } catch let error as PostgresError where error.state != nil {
            throw MigrationError.failed(migration.revision, direction, reason: "\(error)")
        }
        return MigrationStep(
            migration: migration,
            direction: direction,
            notices: notices,
            duration: clock.now - start
        )
    }

    private func transaction(_ settings: String, _ body: () throws -> Void) throws {
        do {
            // Whatever the database has as its defaults.
            try self.connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            try self.connection.execute(settings)
            try body()
            try self.connection.execute("COMMIT")
        } catch {
            // Where the connection is lost, the database does it.
            _ = try? self.connection.execute("ROLLBACK")
            throw error
        }
    }
}

extension MigrationRunner {
    /// How many migrations the database has behind it.
    private func appliedCount() throws -> Int {
        let versions = try self.hasVersionTable() ? self.versions() : []
        guard let version = versions.first else {
            let tables = try self.tables()
            guard tables.isEmpty else { throw MigrationError.unversioned(tables: tables) }
            return 0
        }
        guard versions.count == 1 else { throw MigrationError.severalVersions(versions) }
        guard let count = self.chain.count(through: version), count > 0 else {
            throw MigrationError.unknownVersion(version)
        }
        return count
    }

    private func hasVersionTable() throws -> Bool {
        try !self.connection.rows("SELECT WHERE to_regclass('alembic_version') IS NOT NULL").isEmpty
    }

    private func versions() throws -> [String] {
        let rows = try self.connection.rows("SELECT version_num FROM alembic_version ORDER BY 1")
        return rows.compactMap { $0.first ?? nil }
    }

    /// Those that are there, but for extensions' and the table of the version.
    private func tables() throws -> [String] {
        let rows = try self.connection.rows(
            """
            SELECT pg_class.relname
            FROM pg_class
            JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
            WHERE pg_namespace.nspname = current_schema()
            AND pg_class.relkind IN ('r', 'p')
            AND pg_class.relname <> 'alembic_version'
            AND NOT EXISTS (
                SELECT FROM pg_depend
                WHERE pg_depend.classid = 'pg_class'::regclass
                AND pg_depend.objid = pg_class.oid
                AND pg_depend.deptype = 'e'
            )
            ORDER BY pg_class.relname
            """
        )
        return rows.compactMap { $0.first ?? nil }
    }

    /// Within the transaction of the step, and before it, so that somebody who takes no lock of
    /// ours waits here.
    private func moveVersion(from old: Int, to new: Int) throws {
        if try old == 0 && !self.hasVersionTable() {
            // As alembic makes it.
            try self.connection.execute(
                """
                CREATE TABLE alembic_version (
                    version_num varchar(32) NOT NULL,
                    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
                )
                """
            )
        }
        let (oldName, newName) = (self.name(of: old), self.name(of: new))
        let statement =
            switch (old, new) {
            case (0, _): "INSERT INTO alembic_version VALUES ('\(newName)')"
            case (_, 0): "DELETE FROM alembic_version WHERE version_num = '\(oldName)'"
            default:
                """
                UPDATE alembic_version SET version_num = '\(newName)'
                WHERE version_num = '\(oldName)'
                """
            }
        let moved = try self.connection.rows("\(statement) RETURNING version_num")
        guard moved.count == 1 else { throw MigrationError.versionMoved(from: oldName) }
    }
}
