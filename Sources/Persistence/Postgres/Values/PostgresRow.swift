package import Shards

/// The fields of one row in binary, read from left to right.
///
/// They are valid for as long as whoever lends the row says.
package struct PostgresRow {
    private var fields: [UnsafeRawBufferPointer?] = []
    private var index = 0

    mutating func removeAll() {
        self.fields.removeAll(keepingCapacity: true)
        self.index = 0
    }

    mutating func append(_ field: UnsafeRawBufferPointer?) { self.fields.append(field) }

    package mutating func bool() throws(PostgresError) -> Bool {
        try self.require(try self.next(of: UInt8.self)) != 0
    }

    package mutating func int32() throws(PostgresError) -> Int32 {
        try self.require(try self.next())
    }

    package mutating func optionalInt32() throws(PostgresError) -> Int32? { try self.next() }

    package mutating func int64() throws(PostgresError) -> Int64 {
        try self.require(try self.next())
    }

    package mutating func optionalInt64() throws(PostgresError) -> Int64? { try self.next() }

    package mutating func text() throws(PostgresError) -> String {
        try self.require(try self.optionalText())
    }

    package mutating func optionalText() throws(PostgresError) -> String? {
        try self.field().map { String(decoding: $0, as: UTF8.self) }
    }

    package mutating func optionalBytes() throws(PostgresError) -> [UInt8]? {
        try self.field().map { Array($0) }
    }

    package mutating func bytes() throws(PostgresError) -> [UInt8] {
        try self.require(try self.optionalBytes())
    }

    package mutating func time() throws(PostgresError) -> Timestamp {
        try self.require(try self.optionalTime())
    }

    /// An infinite time becomes the last or first that there is.
    package mutating func optionalTime() throws(PostgresError) -> Timestamp? {
        guard let value = try self.next(of: Int64.self) else { return nil }
        let (microseconds, overflows) = value.addingReportingOverflow(Timestamp.postgresEpoch)
        return Timestamp(microseconds: overflows ? .max : microseconds)
    }

    /// Of a column that holds only what is not negative.
    package mutating func unsigned32() throws(PostgresError) -> UInt32 {
        UInt32(clamping: try self.int32())
    }

    /// Of a column that holds only what is not negative.
    package mutating func unsigned64() throws(PostgresError) -> UInt64 {
        UInt64(clamping: try self.int64())
    }

    private mutating func field() throws(PostgresError) -> UnsafeRawBufferPointer? {
        guard self.index < self.fields.count else { throw .malformed("a row has no more columns") }
        defer { self.index += 1 }
        return self.fields[self.index]
    }

    private mutating func next<Integer: FixedWidthInteger & BitwiseCopyable>(
        of _: Integer.Type = Integer.self
    ) throws(PostgresError) -> Integer? {
        guard let field = try self.field() else { return nil }
        guard field.count == MemoryLayout<Integer>.size else {
            throw .malformed("column \(self.index) has \(field.count) bytes")
        }
        return Integer(bigEndian: field.loadUnaligned(as: Integer.self))
    }

    private func require<Value>(_ value: Value?) throws(PostgresError) -> Value {
        guard let value else { throw .malformed("column \(self.index) is null") }
        return value
    }
}

/// Takes the chunks of a binary COPY apart. libpq gives a row at a time; the first comes behind the
/// header, and the last is only the trailer.
struct PostgresCopyReader {
    private var hasHeader = false

    /// - Returns: false where the chunk holds no row.
    mutating func read(
        _ chunk: UnsafeRawBufferPointer,
        into row: inout PostgresRow
    ) throws(PostgresError) -> Bool {
        var rest = chunk[...]
        if !self.hasHeader {
            let signature = PostgresEncoder.copySignature
            guard rest.starts(with: signature) else { throw Self.malformed }
            rest = rest.dropFirst(signature.count + 4)
            let extra = try Self.take(Int32.self, from: &rest)
            rest = rest.dropFirst(Int(max(0, extra)))
            self.hasHeader = true
            if rest.isEmpty { return false }
        }
        let count = try Self.take(Int16.self, from: &rest)
        row.removeAll()
        guard count >= 0 else { return false }
        for _ in 0..<count {
            let length = try Self.take(Int32.self, from: &rest)
            guard length >= 0 else {
                row.append(nil)
                continue
            }
            guard rest.count >= length else { throw Self.malformed }
            row.append(UnsafeRawBufferPointer(rebasing: rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        return true
    }

    private static func take<Integer: FixedWidthInteger & BitwiseCopyable>(
        _: Integer.Type,
        from rest: inout UnsafeRawBufferPointer.SubSequence
    ) throws(PostgresError) -> Integer {
        let size = MemoryLayout<Integer>.size
        guard rest.count >= size else { throw Self.malformed }
        let bytes = UnsafeRawBufferPointer(rebasing: rest.prefix(size))
        rest = rest.dropFirst(size)
        return Integer(bigEndian: bytes.loadUnaligned(as: Integer.self))
    }

    private static let malformed = PostgresError.malformed("a COPY's bytes are not what they say")
}
