import GRDB
import Shards

/// Rows that were refused.
struct DeadLetterTable {
    let database: Database

    func add(_ letter: DeadLetter) throws {
        var row = try PreparedStatement(
            """
            INSERT INTO nodus_dead_letters
                (position, table_name, row_key, events, code, error, at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            in: self.database
        )
        try row.bind(letter.position)
        try row.bind(letter.table)
        try row.bind(letter.key)
        try row.bindBytes(letter.events)
        try row.bind(letter.code)
        try row.bind(letter.reason)
        try row.bind(letter.at)
        try row.run()
    }

    /// By ascending id.
    func all() throws -> [DeadLetter] {
        var letters: [DeadLetter] = []
        try self.walk { letters.append($0) }
        return letters
    }

    func walk(_ visit: (DeadLetter) throws -> Void) throws {
        var row = try PreparedStatement(
            """
            SELECT id, position, table_name, row_key, events, code, error, at
            FROM nodus_dead_letters ORDER BY id
            """,
            in: self.database
        )
        while try row.step() {
            let letter = DeadLetter(
                id: try row.integer(),
                position: try row.position(),
                table: row.text(),
                key: row.text(),
                events: row.bytes(),
                code: row.text(),
                reason: row.text(),
                at: try row.time()
            )
            try visit(letter)
        }
    }

    func remove(_ letter: DeadLetter) throws {
        var row = try PreparedStatement(
            "DELETE FROM nodus_dead_letters WHERE id = ?",
            in: self.database
        )
        try row.bind(letter.id)
        try row.run()
    }
}
