import Glibc

/// Nanoseconds of CLOCK_MONOTONIC: a number, because it is read and taken away from another for
/// each of some hundred thousand deliveries a second.
enum MonotonicClock {
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
