package import Shards

/// Writes values as Postgres takes them in binary: each behind its length, -1 for null.
///
/// The same fields make the rows of a COPY (the manual's page on COPY, "Binary Format") and the
/// elements of an array (`array_recv` of the server).
package struct PostgresEncoder {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func removeAll() { self.bytes.removeAll(keepingCapacity: true) }

    package mutating func null() { self.raw(Int32(-1)) }

    package mutating func bool(_ value: Bool?) {
        guard let value else { return self.null() }
        self.raw(Int32(1))
        self.bytes.append(value ? 1 : 0)
    }

    package mutating func int32(_ value: UInt32?) throws(PostgresError) {
        guard let value else { return self.null() }
        guard let value = Int32(exactly: value) else { throw .outOfRange("\(value)") }
        self.raw(Int32(4))
        self.raw(value)
    }

    package mutating func int64(_ value: UInt64?) throws(PostgresError) {
        guard let value else { return self.null() }
        guard let value = Int64(exactly: value) else { throw .outOfRange("\(value)") }
        self.raw(Int32(8))
        self.raw(value)
    }

    package mutating func text(_ text: String?) throws(PostgresError) {
        guard var text else { return self.null() }
        guard let count = Int32(exactly: text.utf8.count) else {
            throw .outOfRange("a text's length")
        }
        self.raw(count)
        text.withUTF8 { self.bytes.append(contentsOf: $0) }
    }

    /// Of a `bytea` or `json`.
    package mutating func bytes(_ bytes: [UInt8]?) throws(PostgresError) {
        guard let bytes else { return self.null() }
        guard let count = Int32(exactly: bytes.count) else {
            throw .outOfRange("a value's length")
        }
        self.raw(count)
        self.bytes.append(contentsOf: bytes)
    }

    package mutating func time(_ time: Timestamp?) throws(PostgresError) {
        guard let time else { return self.null() }
        let (value, overflows) = time.microseconds
            .subtractingReportingOverflow(Timestamp.postgresEpoch)
        // The ends mean infinity.
        guard !overflows, value != .min, value != .max else { throw .outOfRange("a time") }
        self.raw(Int32(8))
        self.raw(value)
    }

    mutating func raw(_ value: some FixedWidthInteger & BitwiseCopyable) {
        Swift.withUnsafeBytes(of: value.bigEndian) { self.bytes.append(contentsOf: $0) }
    }
}

// MARK: - Arrays and COPY

extension PostgresEncoder {
    mutating func arrayHeader(_ type: PostgresType, count: Int32) {
        self.raw(Int32(count == 0 ? 0 : 1))
        // There may be nulls among them.
        self.raw(Int32(1))
        self.raw(type.rawValue)
        guard count > 0 else { return }
        self.raw(count)
        // The first has the index 1.
        self.raw(Int32(1))
    }

    /// Appends a field that is encoded already.
    mutating func append(_ field: ArraySlice<UInt8>) { self.bytes.append(contentsOf: field) }
}

extension PostgresEncoder {
    static let copySignature: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00]

    mutating func copyHeader() {
        self.bytes += Self.copySignature
        // No flags, no extension.
        self.raw(Int32(0))
        self.raw(Int32(0))
    }

    /// Begins a row of as many fields.
    package mutating func copyRow(_ fieldCount: Int16) { self.raw(fieldCount) }

    mutating func copyTrailer() { self.raw(Int16(-1)) }
}

extension Timestamp {
    /// 2000-01-01T00:00:00, which Postgres counts from, in microseconds since 1970.
    static let postgresEpoch: Int64 = 946_684_800_000_000
}
