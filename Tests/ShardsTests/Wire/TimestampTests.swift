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
}
