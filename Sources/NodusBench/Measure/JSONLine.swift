import Foundation

/// A result as one line, for programs that read it.
enum JSONLine {
    static func text(of result: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let bytes = (try? encoder.encode(result)) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }
}
