import Foundation
import Glibc

/// How much processor time a process has used, in seconds.
enum CPUTime {
    static func ofThisProcess() -> Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    }

    /// From `/proc/PID/stat` (proc(5)): utime and stime, in clock ticks. Nil if it has ended.
    static func ofProcess(_ identifier: Int) -> Double? {
        let path = "/proc/\(identifier)/stat"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        // The name before may hold spaces and parentheses; the last one ends it.
        guard let nameEnd = text.lastIndex(of: ")") else { return nil }
        let fields = text[nameEnd...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13])
        else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Of all; nil if none are named or one has ended.
    static func ofProcesses(_ identifiers: [Int]) -> Double? {
        let times = identifiers.compactMap { Self.ofProcess($0) }
        guard !times.isEmpty, times.count == identifiers.count else { return nil }
        return times.reduce(0, +)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
