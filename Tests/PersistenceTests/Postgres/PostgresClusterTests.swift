import TestSupport
import Testing

@Suite struct PostgresClusterTests {
    @Test func `a killed server starts again with what it had committed`() throws {
        let cluster = try PostgresCluster()
        let database = try cluster.newDatabase()
        try cluster.psql(database, "CREATE TABLE t (x int, y text); INSERT INTO t VALUES (1, 'ж')")
        cluster.pause()
        cluster.resume()
        cluster.kill()
        #expect(throws: PostgresFailed.self) { try cluster.psql(database, "SELECT 1") }
        try cluster.start()
        #expect(try cluster.psql(database, "SELECT * FROM t") == "1|ж")
        try cluster.stop(.immediate)
        try cluster.start()
        try cluster.stop(.fast)
        try cluster.start()
        #expect(try cluster.psql(database, "SELECT * FROM t") == "1|ж")
    }
}
