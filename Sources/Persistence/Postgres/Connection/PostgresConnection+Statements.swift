import CLibpq

/// A statement with its parameters, as a pipeline takes it.
package struct PostgresStatement {
    package enum Text {
        case sql(String)
        case prepare(name: String, sql: String)
        /// Prepared under this name.
        case prepared(String)
    }

    package let text: Text
    package let parameters: PostgresParameters

    package init(_ text: Text, _ parameters: PostgresParameters = PostgresParameters()) {
        self.text = text
        self.parameters = parameters
    }

    package static func sql(
        _ text: String,
        _ parameters: PostgresParameters = PostgresParameters()
    ) -> PostgresStatement {
        PostgresStatement(.sql(text), parameters)
    }
}

extension PostgresConnection {
    /// Runs statements without parameters, with `;` between them, in one round trip.
    ///
    /// Where one fails, those before it stay done only if a transaction was begun before.
    ///
    /// - Returns: what the last one did, such as `COMMIT` or `UPDATE 3`.
    @discardableResult
    package func execute(_ sql: String) throws(PostgresError) -> String {
        try self.lastResult(sql)?.tag ?? ""
    }

    /// As `execute`, with the rows of the last statement in text form.
    package func rows(_ sql: String) throws(PostgresError) -> [[String?]] {
        guard let result = try self.lastResult(sql) else { return [] }
        return (0..<result.rowCount).map { row in
            (0..<result.columnCount).map { result.text(row: row, column: $0) }
        }
    }

    /// Runs one statement; its rows come in binary form.
    package func query(
        _ sql: String,
        _ parameters: PostgresParameters = PostgresParameters()
    ) throws(PostgresError) -> PostgresResult {
        let deadline = self.deadline()
        try self.send(.sql(sql, parameters))
        try self.flush(until: deadline)
        return try self.onlyResult(until: deadline)
    }

    /// Runs statements in one round trip; after one that fails none is run.
    ///
    /// - Returns: a result for each, in binary form.
    package func pipeline(
        _ statements: [PostgresStatement]
    ) throws(PostgresError) -> [PostgresResult] {
        let deadline = self.deadline()
        try self.check(PQenterPipelineMode(try self.open()))
        for statement in statements {
            try self.send(statement)
            // So that a statement's parameters do not wait for the next one's.
            if PQflush(try self.open()) < 0 { throw self.lost() }
        }
        try self.check(PQpipelineSync(try self.open()))
        try self.flush(until: deadline)
        let (results, error) = try self.pipelineResults(statements.count, until: deadline)
        try self.check(PQexitPipelineMode(try self.open()))
        if let error { throw error }
        return results
    }

    private func pipelineResults(
        _ count: Int,
        until deadline: PostgresDeadline
    ) throws(PostgresError) -> ([PostgresResult], PostgresError?) {
        var results: [PostgresResult] = []
        var error: PostgresError?
        for _ in 0..<count {
            while let result = try self.nextResult(until: deadline) {
                error = error ?? result.error
                results.append(result)
            }
        }
        let end = try self.nextResult(until: deadline)
        guard end?.status == PGRES_PIPELINE_SYNC, results.count == count else {
            self.close()
            throw .malformed("a pipeline's answers do not fit its statements")
        }
        return (results, error)
    }

    private func lastResult(_ sql: String) throws(PostgresError) -> PostgresResult? {
        let deadline = self.deadline()
        try self.sendSimple(sql)
        try self.flush(until: deadline)
        return try self.finish(until: deadline)
    }

    func sendSimple(_ sql: String) throws(PostgresError) {
        guard !sql.utf8.contains(0) else { throw .malformed("a statement holds U+0000") }
        try self.check(PQsendQuery(try self.open(), sql))
    }

    /// Takes all results to the end of what was sent.
    func finish(until deadline: PostgresDeadline) throws(PostgresError) -> PostgresResult? {
        var last: PostgresResult?
        var error: PostgresError?
        while let result = try self.nextResult(until: deadline) {
            guard result.status != PGRES_COPY_IN, result.status != PGRES_COPY_OUT else {
                self.close()
                throw .malformed("a COPY has no place here")
            }
            error = error ?? result.error
            last = result
        }
        if let error { throw error }
        return last
    }

    private func onlyResult(
        until deadline: PostgresDeadline
    ) throws(PostgresError)
        -> PostgresResult
    {
        guard let result = try self.finish(until: deadline) else {
            throw .malformed("no answer to a statement")
        }
        return result
    }

    private func send(_ statement: PostgresStatement) throws(PostgresError) {
        let connection = try self.open()
        let binary: Int32 = 1
        let sent = statement.parameters.withPointers { count, types, values, lengths, formats in
            switch statement.text {
            case .sql(let sql):
                PQsendQueryParams(
                    connection,
                    sql,
                    count,
                    types,
                    values,
                    lengths,
                    formats,
                    binary
                )
            case .prepare(let name, let sql):
                PQsendPrepare(connection, name, sql, 0, nil)
            case .prepared(let name):
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, binary)
            }
        }
        try self.check(sent)
    }

    /// Of a call of libpq that gives 1 where it has done what it should.
    func check(_ status: Int32) throws(PostgresError) {
        guard status == 1 else { throw self.lost() }
    }
}
