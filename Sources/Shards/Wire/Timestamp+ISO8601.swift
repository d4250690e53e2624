extension Timestamp {
    /// Appends `2024-11-05T10:00:00.123456Z`. Years 0–9999 have four digits; others do not occur.
    package func appendISO8601(to bytes: inout [UInt8]) {
        let seconds = self.seconds
        let microsecond = self.microseconds - seconds * 1_000_000
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
