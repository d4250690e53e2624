import CLibpq

/// The answer to one statement.
package final class PostgresResult {
    private let result: OpaquePointer

    /// Takes the result over.
    init(_ result: OpaquePointer) {
        self.result = result
    }

    deinit {
        PQclear(self.result)
    }

    package var rowCount: Int { Int(PQntuples(self.result)) }
    package var columnCount: Int { Int(PQnfields(self.result)) }

    /// What was done, such as `COMMIT` or `UPDATE 3`.
    package var tag: String { String(cString: PQcmdStatus(self.result)) }

    var status: ExecStatusType { PQresultStatus(self.result) }

    /// - Returns: nil where the statement succeeded.
    var error: PostgresError? {
        switch self.status {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: break
        default: return nil
        }
        return .server(
            state: self.errorField("C") ?? "",
            message: self.errorField("M") ?? String(cString: PQresultErrorMessage(self.result)),
            detail: self.errorField("D")
        )
    }

    /// A value in text form, inside of the result; nil where it is null.
    func text(row: Int, column: Int) -> String? {
        self.field(row: row, column: column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls with one row after the other, valid within the call.
    func forEachRow(
        _ body: (inout PostgresRow) throws(PostgresError) -> Void
    )
        throws(PostgresError)
    {
        var row = PostgresRow()
        for index in 0..<self.rowCount {
            row.removeAll()
            for column in 0..<self.columnCount {
                row.append(self.field(row: index, column: column))
            }
            try body(&row)
        }
    }

    private func field(row: Int, column: Int) -> UnsafeRawBufferPointer? {
        let (row, column) = (Int32(row), Int32(column))
        guard PQgetisnull(self.result, row, column) == 0 else { return nil }
        let count = Int(PQgetlength(self.result, row, column))
        return UnsafeRawBufferPointer(start: PQgetvalue(self.result, row, column), count: count)
    }

    /// `code` as in the manual's chapter 55.8, "Error and Notice Message Fields".
    func errorField(_ code: Unicode.Scalar) -> String? {
        PQresultErrorField(self.result, Int32(code.value)).map { String(cString: $0) }
    }
}
