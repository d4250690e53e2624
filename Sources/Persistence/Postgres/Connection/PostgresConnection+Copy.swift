import CLibpq

extension PostgresConnection {
    /// Bytes handed to libpq at a time.
    private static let copyChunkBytesMax = 64 * 1024

    /// Runs statements of which one is a `COPY … FROM STDIN (FORMAT binary)`, and gives it the
    /// rows that `write` makes, until that makes none.
    ///
    /// The statements have no parameters, and `;` between them. `write` appends one row, or returns
    /// false where there is no other.
    package func copyIn(
        _ statements: String,
        _ write: (inout PostgresEncoder) throws(PostgresError) -> Bool
    ) throws(PostgresError) {
        let deadline = self.deadline()
        try self.sendSimple(statements)
        try self.flush(until: deadline)
        try self.beginCopy(PGRES_COPY_IN, until: deadline)
        var failure: PostgresError?
        do throws(PostgresError) {
            try self.sendRows(write, until: deadline)
        } catch {
            failure = error
        }
        if self.isOpen { try self.endCopyIn(failed: failure != nil, until: deadline) }
        if let failure {
            // What the server says of the copy that we broke off is not the reason.
            if self.isOpen { _ = try? self.finish(until: deadline) }
            throw failure
        }
        _ = try self.finish(until: deadline)
    }

    /// Runs a `COPY … TO STDOUT (FORMAT binary)` and calls with one row after the other, valid
    /// within the call. Memory stays as small as a row.
    ///
    /// `timeout` is how long to wait for each next row.
    package func copyOut(
        _ sql: String,
        timeout: Duration,
        _ visit: (inout PostgresRow) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        try self.sendSimple(sql)
        try self.flush(until: self.deadline())
        try self.beginCopy(PGRES_COPY_OUT, until: PostgresDeadline(after: timeout))
        var reader = PostgresCopyReader()
        var row = PostgresRow()
        do throws(PostgresError) {
            while let chunk = try self.nextCopyChunk(within: timeout) {
                defer { PQfreemem(chunk.baseAddress) }
                if try reader.read(UnsafeRawBufferPointer(chunk), into: &row) { try visit(&row) }
            }
        } catch {
            // What is still on its way is of no use to anybody.
            self.hangUp()
            throw error
        }
        _ = try self.finish(until: PostgresDeadline(after: timeout))
    }

    /// Goes on to the result that begins the copy.
    private func beginCopy(
        _ status: ExecStatusType,
        until deadline: PostgresDeadline
    )
        throws(PostgresError)
    {
        while let result = try self.nextResult(until: deadline) {
            if result.status == status { return }
            if let error = result.error {
                _ = try? self.finish(until: deadline)
                throw error
            }
        }
        throw .malformed("no COPY was begun")
    }

    private func sendRows(
        _ write: (inout PostgresEncoder) throws(PostgresError) -> Bool,
        until deadline: PostgresDeadline
    ) throws(PostgresError) {
        var encoder = PostgresEncoder()
        encoder.copyHeader()
        while try write(&encoder) {
            guard encoder.bytes.count >= Self.copyChunkBytesMax else { continue }
            guard try self.put(encoder.bytes, until: deadline) else { return }
            encoder.removeAll()
        }
        encoder.copyTrailer()
        _ = try self.put(encoder.bytes, until: deadline)
    }

    /// - Returns: false where the server has ended the copy.
    private func put(
        _ bytes: [UInt8],
        until deadline: PostgresDeadline
    ) throws(PostgresError)
        -> Bool
    {
        while true {
            let connection = try self.open()
            let status = bytes.withUnsafeBytes { memory in
                PQputCopyData(
                    connection,
                    memory.assumingMemoryBound(to: CChar.self).baseAddress,
                    Int32(memory.count)
                )
            }
            if status < 0 {
                guard PQstatus(connection) == CONNECTION_OK else { throw self.lost() }
                return false
            }
            // Also where it was taken: libpq's buffer is not to grow with the copy.
            try self.flush(until: deadline)
            if status == 1 { return true }
        }
    }

    private func endCopyIn(failed: Bool, until deadline: PostgresDeadline) throws(PostgresError) {
        while true {
            let connection = try self.open()
            let status = PQputCopyEnd(connection, failed ? "a row cannot be encoded" : nil)
            try self.flush(until: deadline)
            // Below zero where the server has ended the copy, which its result tells.
            if status != 0 { return }
        }
    }

    /// What libpq gives is a row, or a row behind the header; nil at the end.
    private func nextCopyChunk(
        within timeout: Duration
    ) throws(PostgresError) -> UnsafeMutableBufferPointer<CChar>? {
        let deadline = PostgresDeadline(after: timeout)
        var hidden = Self.hiddenReadsMax
        while true {
            var memory: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(try self.open(), &memory, 1)
            switch count {
            case 1...: return UnsafeMutableBufferPointer(start: memory, count: Int(count))
            case 0: try self.receive(&hidden, until: deadline)
            case -1: return nil
            default: throw self.lost()
            }
        }
    }
}
