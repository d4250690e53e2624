import Foundation
import Shards
import TestSupport
import Testing

@Suite struct TimestampTests {
    private static func text(_ microseconds: Int64) -> String {
        var bytes: [UInt8] = []
        Timestamp(microseconds: microseconds).appendISO8601(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1, "1970-01-01T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (-1_000_000, "1969-12-31T23:59:59.000000Z"),
            (951_868_799_999_999, "2000-02-29T23:59:59.999999Z"),
            (951_868_800_000_000, "2000-03-01T00:00:00.000000Z"),
            (1_709_208_000_000_000, "2024-02-29T12:00:00.000000Z"),
            (1_730_800_800_123_456, "2024-11-05T10:00:00.123456Z"),
            (4_107_542_399_000_000, "2100-02-28T23:59:59.000000Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
            (-11_670_998_400_000_000, "1600-02-29T00:00:00.000000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)]
    )
    func `known instants have their known dates`(microseconds: Int64, text: String) {
        #expect(Self.text(microseconds) == text)
    }

    /// Foundation's calendar is Julian before 1582, so it begins later.
    @Test func `every first and last day of a month from 1600 to 2400 is Foundation's`() {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        for year in 1600...2400 {
            for month in 1...12 {
                let date = calendar.date(from: DateComponents(year: year, month: month, day: 1))
                guard let date else { continue }
                let first = Int64(date.timeIntervalSince1970)
                let digits = (year < 1000 ? "0" : "") + "\(year)-" + (month < 10 ? "0" : "")
                #expect(Self.text(first * 1_000_000).hasPrefix("\(digits)\(month)-01T00:00:00"))
                let last = Timestamp(microseconds: first * 1_000_000 - 1)
                #expect(Self.text(last.microseconds) == Answer.time(last))
            }
        }
    }

    @Test func `random instants are written as Foundation writes them`() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<1000 {
            let range: ClosedRange<Int64> = -11_670_998_400_000_000...253_402_300_799_999_999
            let time = Timestamp(microseconds: .random(in: range, using: &random))
            #expect(Self.text(time.microseconds) == Answer.time(time))
        }
    }

    @Test func `seconds are rounded down, before 1970 too`() {
        #expect(Timestamp(microseconds: 1_999_999).seconds == 1)
        #expect(Timestamp(microseconds: -1).seconds == -1)
        #expect(Timestamp(microseconds: -1_000_000).seconds == -1)
        #expect(Timestamp(microseconds: -1_000_001).seconds == -2)
        #expect(Timestamp(microseconds: 0).seconds == 0)
    }

    @Test func `a duration is added to the microsecond, forwards and backwards`() {
        let start = Timestamp(microseconds: 1_500_000)
        #expect(start.advanced(by: .seconds(2)).microseconds == 3_500_000)
        #expect(start.advanced(by: .microseconds(7)).microseconds == 1_500_007)
        #expect(start.advanced(by: .milliseconds(-2500)).microseconds == -1_000_000)
        #expect(start.advanced(by: .nanoseconds(999)).microseconds == 1_500_000)
        #expect(start.advanced(by: .zero) == start)
    }

    // MARK: - Reading

    private static func read(_ text: String) -> Int64? {
        Timestamp(iso8601: text.utf8)?.microseconds
    }

    @Test func `times that have no four-digit year are written as the nearest that has one`() {
        let expected = [
            Int64.min: "0000-01-01T00:00:00.000000Z",
            -62_167_219_200_000_001: "0000-01-01T00:00:00.000000Z",
            253_402_300_800_000_000: "9999-12-31T23:59:59.999999Z",
            Int64.max: "9999-12-31T23:59:59.999999Z",
        ]
        for (microseconds, text) in expected {
            var bytes: [UInt8] = []
            Timestamp(microseconds: microseconds).appendISO8601(to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == text)
        }
    }

    @Test func `time does not wrap around at its ends`() {
        let first = Timestamp(microseconds: .min)
        let last = Timestamp(microseconds: .max)
        #expect(first.advanced(by: .seconds(-1)) == first)
        #expect(last.advanced(by: .seconds(1)) == last)
        #expect(last.advanced(by: .seconds(-1)).microseconds == .max - 1_000_000)
    }

    @Test func `every day of 800 years is read as it was written`() {
        var random = SeededRandom(seed: 5)
        let dayMicroseconds: Int64 = 86_400_000_000
        for day in Int64(-135_140)...157_054 {
            let ofDay = Int64.random(in: 0..<dayMicroseconds, using: &random)
            let microseconds = day * dayMicroseconds + ofDay
            guard Self.read(Self.text(microseconds)) == microseconds else {
                Issue.record("day \(day): \(Self.text(microseconds))")
                return
            }
        }
    }

    @Test(arguments: [-62_167_219_200_000_000, 0, 253_402_300_799_999_999] as [Int64])
    func `the first and the last instant of four-digit years are read`(microseconds: Int64) {
        #expect(Self.read(Self.text(microseconds)) == microseconds)
    }

    @Test(
        arguments: [
            ("2024-11-05T10:00:00.123456Z", 123_456), ("2024-11-05 10:00:00.123456", 123_456),
            ("2024-11-05T10:00:00.123456", 123_456), ("2024-11-05 10:00:00Z", 0),
            ("2024-11-05 10:00:00", 0), ("2024-11-05T10:00:00.1Z", 100_000),
            ("2024-11-05T10:00:00.000001", 1), ("2024-11-05T10:00:00.12", 120_000),
        ] as [(String, Int64)]
    )
    func `what databases leave out may be missing`(text: String, fraction: Int64) {
        #expect(Self.read(text) == 1_730_800_800_000_000 + fraction)
    }

    @Test(
        arguments: [
            "", "Z", "2024", "2024-11-05", "2024-11-05T", "2024-11-05T10:00", "2024-11-05T10:00:0",
            "24-11-05T10:00:00", "2024-1-05T10:00:00", "2024-11-05t10:00:00", "2024/11/05T10:00:00",
            "2024-00-05T10:00:00", "2024-13-05T10:00:00", "2024-11-00T10:00:00",
            "2024-11-32T10:00:00", "2024-11-05T24:00:00", "2024-11-05T10:60:00",
            "2024-11-05T10:00:60", "2024-11-05T10:00:00.", "2024-11-05T10:00:00.Z",
            "2024-11-05T10:00:00.1234567", "2024-11-05T10:00:00+00", "2024-11-05T10:00:00ZZ",
            "2024-11-05T10:00:00.123456Z ", " 2024-11-05T10:00:00", "-024-11-05T10:00:00",
            "2024-11-05T10:00:00.-12345", "+024-11-05T10:00:00", "٢٠٢٤-11-05T10:00:00", "infinity",
            "2024-02-30T10:00:00", "2023-02-29T10:00:00", "2024-04-31T10:00:00",
        ]
    )
    func `what is no time is refused`(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test func `any bytes are read or refused`() {
        var random = SeededRandom(seed: 6)
        let valid = Array("2024-11-05T10:00:00.123456Z".utf8)
        for _ in 0..<20_000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            guard let time = Timestamp(iso8601: bytes) else { continue }
            #expect(Self.read(Self.text(time.microseconds)) == time.microseconds)
        }
    }
}
