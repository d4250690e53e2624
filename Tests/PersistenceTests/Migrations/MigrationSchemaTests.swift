import Foundation
import Persistence
import TestSupport
import Testing

@Suite struct MigrationSchemaTests {
    @Test func `the original's revisions leave the original's schema, on both ways`() throws {
        guard let folder = SharedData.original(neededBy: "MigrationSchemaTests") else { return }
        let world = try MigrationWorld()
        let revisions = MigrationChain.nodus.migrations.map(\.revision)
        let references = try revisions.prefix(7).map { revision in
            let file = "\(folder)/schema/\(revision).sql"
            return try String(contentsOfFile: file, encoding: .utf8)
                .split(separator: "\n").map(String.init)
        }
        #expect(references.count == 7)
        for (revision, reference) in zip(revisions, references) {
            try world.runner.up(to: revision)
            #expect(try world.schema() == reference, "up to \(revision)")
        }
        try world.runner.up()
        for (revision, reference) in zip(revisions, references).reversed() {
            try world.runner.down(to: revision)
            #expect(try world.schema() == reference, "down to \(revision)")
        }
    }

    @Test func `each step down leaves the schema that the step up found`() throws {
        let world = try MigrationWorld()
        var schemas: [(revision: String, schema: [String])] = []
        for migration in MigrationChain.nodus.migrations {
            let steps = try world.runner.up(to: migration.revision)
            #expect(steps.map(\.migration) == [migration])
            #expect(try world.current() == migration.revision)
            schemas.append((migration.revision, try world.schema()))
        }
        for (revision, schema) in schemas.dropLast().reversed() {
            try world.runner.down(to: revision)
            #expect(try world.current() == revision)
            #expect(try world.schema() == schema, "down to \(revision)")
        }
        try world.runner.down(to: MigrationChain.base)
        #expect(try world.current() == nil)
        #expect(try world.schema().filter { $0.hasPrefix("CREATE TABLE") }.count == 1)
        try world.runner.up()
        #expect(try world.schema() == schemas.last?.schema)
    }

    @Test func `the newest schema is the golden one`() throws {
        let world = try MigrationWorld()
        try world.runner.up()
        let file = MigrationWorld.fixture("newest-schema.sql")
        let golden = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try world.schema() == golden.split(separator: "\n").map(String.init))
    }

    @Test func `an empty database has one row of state`() throws {
        let world = try MigrationWorld()
        try world.runner.up()
        let state = try world.psql(
            """
            SELECT epoch, applied_position, legacy_message_id, newest_user, newest_chat,
                newest_message, newest_reaction
            FROM nodus_state
            """
        )
        #expect(state == ["|0|0|0|0|0|0"])
    }
}
