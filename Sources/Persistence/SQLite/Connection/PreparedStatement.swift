import GRDB
import GRDBSQLite

/// A statement of GRDB's cache, whose values are bound and read one after the other by the C
/// interface. GRDB would box each value of each row: a third more time for a message that is
/// written, measured.
///
/// To be used within the call that made it, and as the only one of its text.
struct PreparedStatement: ~Copyable {
    private let statement: Statement
    private let connection: OpaquePointer?
    private var place: Int32 = 0

    init(_ sql: String, in database: Database) throws {
        self.statement = try database.cachedStatement(sql: sql)
        self.connection = database.sqliteConnection
        sqlite3_reset(self.handle)
        sqlite3_clear_bindings(self.handle)
    }

    deinit {
        sqlite3_reset(self.statement.sqliteStatement)
    }

    private var handle: OpaquePointer { self.statement.sqliteStatement }

    // MARK: - Running

    /// Runs it to its end, ready for the values of the next row.
    mutating func run() throws {
        while try self.step() {}
    }

    /// - Returns: whether there is a row, whose columns are to be read in their order.
    mutating func step() throws -> Bool {
        self.place = 0
        let code = sqlite3_step(self.handle)
        if code == SQLITE_ROW { return true }
        let reset = sqlite3_reset(self.handle)
        guard code == SQLITE_DONE else { throw self.failure(reset) }
        return false
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: sqlite3_errmsg(self.connection).map { String(cString: $0) }
        )
    }

    // MARK: - Binding

    mutating func bindNull() throws {
        self.place += 1
        try self.check(sqlite3_bind_null(self.handle, self.place))
    }

    mutating func bind(_ value: Int64) throws {
        self.place += 1
        try self.check(sqlite3_bind_int64(self.handle, self.place, value))
    }

    /// - Throws: `refused` where the number is above what a column holds.
    mutating func bind(_ value: UInt64) throws {
        guard let value = Int64(exactly: value) else {
            throw StoreError.refused(code: "\(SQLITE_RANGE)", "\(value) is no 64-bit integer")
        }
        try self.bind(value)
    }

    mutating func bind(_ text: String) throws {
        var text = text
        try text.withUTF8 { try self.bindText(UnsafeRawBufferPointer($0)) }
    }

    mutating func bindText(_ utf8: [UInt8]) throws {
        try utf8.withUnsafeBytes { try self.bindText($0) }
    }

    private mutating func bindText(_ utf8: UnsafeRawBufferPointer) throws {
        self.place += 1
        let start = self.address(of: utf8).assumingMemoryBound(to: CChar.self)
        let encoding = UInt8(SQLITE_UTF8)
        let count = UInt64(utf8.count)
        try self.check(
            sqlite3_bind_text64(self.handle, self.place, start, count, Self.copied, encoding)
        )
    }

    mutating func bindBytes(_ bytes: [UInt8]) throws {
        self.place += 1
        let code = bytes.withUnsafeBytes { bytes in
            let start = self.address(of: bytes)
            return sqlite3_bind_blob64(
                self.handle,
                self.place,
                start,
                UInt64(bytes.count),
                Self.copied
            )
        }
        try self.check(code)
    }

    /// No address would bind NULL; where there are no bytes, none are read, wherever that is.
    private func address(of bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        bytes.baseAddress ?? UnsafeRawPointer(self.handle)
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw self.failure(code) }
    }

    /// `SQLITE_TRANSIENT`, a macro that Swift does not see: SQLite takes a copy.
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    // MARK: - Reading

    mutating func isNull() -> Bool {
        sqlite3_column_type(self.handle, self.place) == SQLITE_NULL
    }

    mutating func skip() {
        self.place += 1
    }

    /// - Throws: `unusable` where the column holds what Nodus never writes.
    mutating func integer<Integer: FixedWidthInteger>(
        _: Integer.Type = Integer.self
    ) throws -> Integer {
        defer { self.place += 1 }
        let value = sqlite3_column_int64(self.handle, self.place)
        guard let integer = Integer(exactly: value) else {
            let column = sqlite3_column_name(self.handle, self.place).map { String(cString: $0) }
            throw StoreError.unusable("\(value) is not a \(column ?? "value") of a history")
        }
        return integer
    }

    mutating func text() -> String {
        String(decoding: self.memory(), as: UTF8.self)
    }

    mutating func bytes() -> [UInt8] {
        Array(self.memory())
    }

    /// Valid until the next step.
    private mutating func memory() -> UnsafeRawBufferPointer {
        defer { self.place += 1 }
        let start = sqlite3_column_blob(self.handle, self.place)
        let count = Int(sqlite3_column_bytes(self.handle, self.place))
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    }
}
