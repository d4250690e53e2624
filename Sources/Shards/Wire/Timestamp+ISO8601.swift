extension Timestamp {
    /// The first and the last instant of the years 0 to 9999.
    private static let writable: ClosedRange<Int64> =
        -62_167_219_200_000_000...253_402_300_799_999_999

    /// Appends `2024-11-05T10:00:00.123456Z`. Other years than those of four digits occur in files
    /// that somebody else made; the nearest instant stands for them.
    package func appendISO8601(to bytes: inout [UInt8]) {
        let range = Self.writable
        let microseconds = min(max(self.microseconds, range.lowerBound), range.upperBound)
        let seconds = Timestamp(microseconds: microseconds).seconds
        let microsecond = microseconds - seconds * 1_000_000
        let secondOfDay = (seconds % 86_400 + 86_400) % 86_400
        let (year, month, day) = Self.civil(day: (seconds - secondOfDay) / 86_400)
        Self.append(year, scale: 1000, then: "-", to: &bytes)
        Self.append(month, scale: 10, then: "-", to: &bytes)
        Self.append(day, scale: 10, then: "T", to: &bytes)
        Self.append(secondOfDay / 3600, scale: 10, then: ":", to: &bytes)
        Self.append(secondOfDay / 60 % 60, scale: 10, then: ":", to: &bytes)
        Self.append(secondOfDay % 60, scale: 10, then: ".", to: &bytes)
        Self.append(microsecond, scale: 100_000, then: "Z", to: &bytes)
    }

    /// `scale` is the weight of the first digit.
    private static func append(
        _ value: Int64,
        scale: Int64,
        then separator: Unicode.Scalar,
        to bytes: inout [UInt8]
    ) {
        var scale = scale
        while scale > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / scale % 10))
            scale /= 10
        }
        bytes.append(UInt8(ascii: separator))
    }

    /// The Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin on
    /// 1 March, so that the leap day is an era's last (Hinnant, "chrono-compatible low-level date
    /// algorithms", `civil_from_days`).
    private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension Timestamp {
    /// Reads `2024-11-05T10:00:00.123456Z`; the `T` may be a space, as databases write it, and the
    /// fraction, of up to six digits, and the `Z` may be missing.
    ///
    /// - Returns: nil where it is none.
    package init?(iso8601 text: some Collection<UInt8>) {
        var fields = ISO8601Fields(Array(text))
        guard let year = fields.number(4), fields.take("-"), let month = fields.number(2),
            fields.take("-"), let day = fields.number(2), fields.take("T") || fields.take(" "),
            let hour = fields.number(2), fields.take(":"), let minute = fields.number(2),
            fields.take(":"), let second = fields.number(2), let fraction = fields.fraction(),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        _ = fields.take("Z")
        guard fields.isAtEnd else { return nil }
        let days = Self.day(year: year, month: month, day: day)
        // 30 February would be 1 or 2 March.
        guard Self.civil(day: days).day == day else { return nil }
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }

    /// The inverse of `civil(day:)`, from the same source (`days_from_civil`).
    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Takes a time apart, from left to right.
private struct ISO8601Fields {
    private let text: [UInt8]
    private var place = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    var isAtEnd: Bool { self.place == self.text.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard !self.isAtEnd, self.text[self.place] == UInt8(ascii: character) else { return false }
        self.place += 1
        return true
    }

    mutating func number(_ digitCount: Int) -> Int64? {
        guard self.text.count - self.place >= digitCount else { return nil }
        let digits = self.text[self.place..<self.place + digitCount]
        guard digits.allSatisfy({ 48...57 ~= $0 }) else { return nil }
        self.place += digitCount
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    /// In microseconds; 0 where there is none.
    mutating func fraction() -> Int64? {
        guard self.take(".") else { return 0 }
        let digits = self.text[self.place...].prefix { 48...57 ~= $0 }
        guard (1...6).contains(digits.count), let value = self.number(digits.count) else {
            return nil
        }
        return (digits.count..<6).reduce(value) { value, _ in value * 10 }
    }
}
