import Foundation

enum ResidentMemory {
    /// `VmRSS` of `/proc/PID/status` (proc(5)). Nil if the process has ended.
    static func bytes(ofProcess identifier: Int) -> Int? {
        let path = "/proc/\(identifier)/status"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split { $0 == " " || $0 == "\t" }.dropFirst().first
            .flatMap { Int($0) }.map { $0 * 1024 }
    }
}
