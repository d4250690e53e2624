/// The parameters of one statement, in binary.
package struct PostgresParameters {
    private var types: [UInt32] = []
    /// Where each stands in the encoder's bytes; nil where it is null.
    private var places: [Range<Int>?] = []
    private var encoder = PostgresEncoder()

    package init() {}

    package mutating func append(
        _ type: PostgresType,
        _ write: (inout PostgresEncoder) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        let start = self.encoder.bytes.count
        try write(&self.encoder)
        let end = self.encoder.bytes.count
        self.types.append(type.rawValue)
        // Behind the length, which goes another way.
        let value = start + 4
        let isNull = self.encoder.bytes[start..<value].allSatisfy { $0 == 0xff }
        self.places.append(isNull ? nil : value..<end)
    }

    /// Appends an array for each of the types, with an element for each of `rows`: what `unnest`
    /// makes rows of again.
    package mutating func appendArrays<Row>(
        _ types: [PostgresType],
        of rows: [Row],
        _ write: (Row, inout PostgresEncoder) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        guard let count = Int32(exactly: rows.count) else {
            throw .outOfRange("an array's length")
        }
        var encoder = PostgresEncoder()
        for row in rows { try write(row, &encoder) }
        let fields = Self.fields(in: encoder.bytes)
        precondition(fields.count == rows.count * types.count, "a row has a field for each type")
        for (column, type) in types.enumerated() {
            let start = self.encoder.bytes.count
            self.encoder.arrayHeader(type, count: count)
            for index in stride(from: column, to: fields.count, by: types.count) {
                self.encoder.append(encoder.bytes[fields[index]])
            }
            self.types.append(type.array)
            self.places.append(start..<self.encoder.bytes.count)
        }
    }

    /// Where each field stands, with its length.
    private static func fields(in bytes: [UInt8]) -> [Range<Int>] {
        var fields: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let length = bytes[start..<start + 4].reduce(Int32(0)) { $0 << 8 | Int32($1) }
            let end = start + 4 + Int(max(0, length))
            fields.append(start..<end)
            start = end
        }
        return fields
    }

    /// Calls with what libpq's functions take; the pointers are valid within the call.
    func withPointers(
        _ body: (
            _ count: Int32,
            _ types: [UInt32],
            _ values: [UnsafePointer<CChar>?],
            _ lengths: [Int32],
            _ formats: [Int32]
        ) -> Int32
    ) -> Int32 {
        self.encoder.bytes.withUnsafeBytes { memory in
            let base = memory.assumingMemoryBound(to: CChar.self).baseAddress
            return body(
                Int32(self.places.count),
                self.types,
                self.places.map { place in place.flatMap { base?.advanced(by: $0.lowerBound) } },
                self.places.map { Int32(clamping: $0?.count ?? 0) },
                self.places.map { _ in 1 }
            )
        }
    }
}
