import Glibc
package import Shards

/// The clocks of the machine. Shards has none of its own: time is handed to it.
package enum Clocks {
    /// The wall clock, which may step.
    package static var now: Timestamp {
        let time = Self.read(CLOCK_REALTIME)
        return Timestamp(
            microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        )
    }

    /// The clock that deadlines are kept by.
    package static var monotonic: MonotonicInstant {
        let time = Self.read(CLOCK_MONOTONIC)
        return MonotonicInstant(
            milliseconds: UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
        )
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }

    /// `Date: Tue, 05 Nov 2024 10:00:00 GMT\r\n` (RFC 9110 §5.6.7).
    static func dateHeader(at time: Timestamp) -> [UInt8] {
        var seconds = time_t(time.seconds)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun",
            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let date = "\(two(fields.tm_mday)) \(months[Int(fields.tm_mon)]) \(fields.tm_year + 1900)"
        let clock = "\(two(fields.tm_hour)):\(two(fields.tm_min)):\(two(fields.tm_sec))"
        return Array("Date: \(days[Int(fields.tm_wday)]), \(date) \(clock) GMT\r\n".utf8)
    }
}
