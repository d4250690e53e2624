import Persistence
import Shards
import TestSupport
import Testing

@Suite struct PostgresConnectionTests {
    private static func connect(_ options: String = "") throws -> PostgresConnection {
        let cluster = try PostgresCluster.shared()
        return try PostgresConnection(cluster.url(database: "postgres") + options)
    }

    @Test func `the settings of the session are ours`() throws {
        let connection = try Self.connect()
        let names = [
            "client_encoding", "TimeZone", "DateStyle", "synchronous_commit",
            "standard_conforming_strings", "application_name", "statement_timeout", "lock_timeout",
        ]
        let values = try names.map { try connection.rows("SHOW \($0)")[0][0] }
        #expect(values == ["UTF8", "UTC", "ISO, MDY", "on", "on", "nodus", "20s", "5s"])
        #expect(connection.takeNotices() == [])
        let other = try Self.connect("?application_name=other&connect_timeout=3")
        #expect(try other.rows("SHOW application_name") == [["other"]])
    }

    @Test func `keywords work as URLs do`() throws {
        let port = try PostgresCluster.shared().port
        let address = "host=127.0.0.1 port=\(port) user=postgres dbname='postgres'"
        #expect(try PostgresConnection(address).rows("SELECT 1") == [["1"]])
        // The first of several hosts is not there.
        let two = "postgresql://postgres@127.0.0.1:1,127.0.0.1:\(port)/postgres"
        #expect(try PostgresConnection(two).rows("SELECT 1") == [["1"]])
    }

    @Test func `several statements go in one call, and the rows are the last one's`() throws {
        let connection = try Self.connect()
        try connection.execute("")
        #expect(try connection.rows("") == [])
        #expect(
            try connection.rows("SELECT 1; SELECT 'ж', NULL, '' UNION ALL SELECT 'б', '2', ' '")
                == [["ж", nil, ""], ["б", "2", " "]]
        )
        try connection.execute("CREATE TEMP TABLE t (x int); INSERT INTO t VALUES (1); SELECT 3")
        #expect(try connection.rows("SELECT count(*) FROM t") == [["1"]])
    }

    @Test func `an error says what the server says, and the connection goes on`() throws {
        let connection = try Self.connect()
        try connection.execute("CREATE TEMP TABLE t (x int PRIMARY KEY)")
        let twice = "INSERT INTO t VALUES (1), (1)"
        let expected = PostgresError.server(
            state: "23505",
            message: "duplicate key value violates unique constraint \"t_pkey\"",
            detail: "Key (x)=(1) already exists."
        )
        #expect(throws: expected) { try connection.execute("SELECT 1; \(twice); SELECT 2") }
        #expect(throws: expected) { _ = try connection.query(twice) }
        #expect(throws: expected) { _ = try connection.pipeline([.sql("SELECT 1"), .sql(twice)]) }
        #expect(throws: PostgresError.self) { try connection.execute("SELECT 1\u{0}; nonsense") }
        #expect(throws: PostgresError.self) { try connection.execute("COPY t FROM STDIN") }
        #expect(!connection.isOpen)
        #expect(throws: PostgresError.lost("the connection is closed")) {
            try connection.execute("SELECT 1")
        }
    }

    @Test func `notices are kept until they are taken, as many as have room`() throws {
        let connection = try Self.connect()
        try connection.execute("DO $$ BEGIN RAISE NOTICE 'раз'; RAISE WARNING 'two'; END $$")
        #expect(connection.takeNotices() == ["раз", "two"])
        #expect(connection.takeNotices() == [])
        let many = "DO $$ BEGIN FOR i IN 1..3000 LOOP RAISE NOTICE '%', i; END LOOP; END $$"
        try connection.execute(many)
        #expect(connection.takeNotices().count == PostgresConnection.noticesMax)
    }

    @Test func `a pipeline with much to send and much to receive does not stall`() throws {
        let connection = try Self.connect()
        let text = String(repeating: "Ы", count: 50_000)
        var parameters = PostgresParameters()
        try parameters.append(.text) { e throws(PostgresError) in try e.text(text) }
        let statement = PostgresStatement.sql("SELECT repeat($1, 3), $1", parameters)
        let results = try connection.pipeline([PostgresStatement](repeating: statement, count: 100))
        #expect(results.count == 100)
        #expect(results.allSatisfy { $0.rowCount == 1 && $0.columnCount == 2 })
    }

    @Test func `a parameter and a column may be null, empty, or a list`() throws {
        let connection = try Self.connect()
        var parameters = PostgresParameters()
        try parameters.append(.text) { e throws(PostgresError) in try e.text(nil) }
        try parameters.append(.text) { e throws(PostgresError) in try e.text("") }
        try parameters.append(.int32) { e throws(PostgresError) in try e.int32(7) }
        try parameters.append(.bytes) { e throws(PostgresError) in try e.bytes([0, 255]) }
        try parameters.appendArrays([.int64], of: [Int]()) { _, e throws(PostgresError) in e.null()
        }
        let sql = """
            SELECT ($1 IS NULL)::text, $2::text, $3::text, encode($4, 'hex'),
                cardinality($5::bigint[])::text
            """
        var found: [String?] = []
        let result = try connection.query(sql, parameters)
        #expect(result.rowCount == 1)
        try connection.copyOut(
            "COPY (SELECT 'a', NULL, '') TO STDOUT (FORMAT binary)",
            timeout: .seconds(60)
        ) {
            row throws(PostgresError) in
            for _ in 0..<3 { found.append(try row.optionalText()) }
            #expect(throws: PostgresError.self) { try row.text() }
        }
        #expect(found == ["a", nil, ""])
    }

    @Test func `a copy without rows, and one whose reader throws`() throws {
        let connection = try Self.connect()
        var count = 0
        let none = "COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)"
        try connection.copyOut(none, timeout: .seconds(60)) { _ throws(PostgresError) in
            count += 1
        }
        #expect(count == 0)
        let failing =
            "COPY (SELECT 1 / (3 - i) FROM generate_series(1, 9) i) TO STDOUT (FORMAT binary)"
        #expect(throws: PostgresError.self) {
            try connection.copyOut(failing, timeout: .seconds(60)) { _ throws(PostgresError) in
                count += 1
            }
        }
        #expect(try connection.rows("SELECT 1") == [["1"]])
        let endless = "COPY (SELECT generate_series(1, 100000000)) TO STDOUT (FORMAT binary)"
        #expect(throws: PostgresError.malformed("enough")) {
            try connection.copyOut(endless, timeout: .seconds(60)) { _ throws(PostgresError) in
                throw .malformed("enough")
            }
        }
        #expect(!connection.isOpen)
    }

    @Test func `TLS works, also with more to read than a record holds`() throws {
        let cluster = try PostgresCluster()
        // Run by the server, in its own folder.
        let make =
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
            + "-addext subjectAltName=IP:127.0.0.1 -keyout server.key -out server.crt"
        try cluster.psql("postgres", "COPY (SELECT 1) TO PROGRAM '\(make) 2>&1'")
        try cluster.psql("postgres", "ALTER SYSTEM SET ssl = on")
        try cluster.psql("postgres", "ALTER SYSTEM SET ssl_key_file = 'server.key'")
        try cluster.stop()
        try cluster.start()
        let url = cluster.url(database: "postgres")
        let certificate = "\(cluster.dataFolder)/server.crt"
        let connection = try PostgresConnection(
            "\(url)?sslmode=verify-full&sslrootcert=\(certificate)"
        )
        #expect(connection.usesTLS)
        for count in stride(from: 1000, to: 60_000, by: 1999) {
            let rows = try connection.rows(
                "SELECT repeat('x', \(count)) FROM generate_series(1, 20)"
            )
            #expect(rows.count == 20)
        }
        var bytes = 0
        let copy = "COPY (SELECT repeat('x', i * 37) FROM generate_series(1, 3000) i) TO STDOUT"
        try connection.copyOut("\(copy) (FORMAT binary)", timeout: .seconds(60)) {
            row throws(PostgresError) in
            bytes += try row.text().utf8.count
        }
        #expect(bytes == 37 * 3000 * 3001 / 2)
        #expect(throws: PostgresError.self) {
            try PostgresConnection("\(url)?sslmode=verify-full&sslrootcert=/dev/null")
        }
    }
}
