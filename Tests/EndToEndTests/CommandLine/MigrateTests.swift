import TestSupport
import Testing

@Suite(.blocking) struct MigrateTests {
    @Test func `a database goes up and back, and each step is told`() throws {
        let cluster = try PostgresCluster.shared()
        let url = cluster.url(database: try cluster.newDatabase())
        func run(_ arguments: String...) throws -> [Substring] {
            let outcome = try ServerProcess.run(
                ["migrate"] + arguments,
                environment: ["NODUS_DATABASE_URL": url]
            )
            #expect(outcome.status == 0, "\(outcome.errorOutput)")
            return outcome.output.split(separator: "\n")
        }
        #expect(try run("current") == ["base"])
        let up = try run("up")
        #expect(up.count == 10)
        #expect(up.first?.hasPrefix("Up to 20240326_0001 (users, chats, members") == true)
        #expect(up.last == "The database is at 20261122_0009.")
        #expect(try run("up") == ["Nothing to do: the database is at 20261122_0009."])
        let down = try run("down", "20241105_0005")
        #expect(down.first?.hasPrefix("Down from 20261122_0009 (") == true)
        #expect(down.last == "The database is at 20241105_0005.")
        #expect(try run("history").filter { $0.hasPrefix("✓") }.count == 5)
        #expect(try run("current") == ["20241105_0005"])
    }

    @Test func `what cannot be done is said in a sentence`() throws {
        let cluster = try PostgresCluster.shared()
        let url = cluster.url(database: try cluster.newDatabase())
        let refusals = [
            (["up"], "Error: no database is named: give --database-url or NODUS_DATABASE_URL."),
            (
                ["down", "5", "--database-url", url],
                "Error: there is no revision 5; `nodus migrate history` lists them."
            ),
            (
                ["down", "7a428b8e8dac", "--database-url", url],
                "Error: the database is at base, which comes before 7a428b8e8dac. Use "
                    + "`nodus migrate up 7a428b8e8dac` to go on."
            ),
        ]
        for (arguments, sentence) in refusals {
            let outcome = try ServerProcess.run(["migrate"] + arguments)
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errorOutput == sentence + "\n")
        }
        let away = try ServerProcess.run(
            ["migrate", "up", "--database-url", "postgresql://127.0.0.1:1/nodus"]
        )
        #expect(away.status == 1)
        #expect(away.errorOutput.hasPrefix("Error: the database cannot be used: "))
    }
}
