import NIOCore
import Shards

/// What a client calls its command by; the reply names it again.
enum CommandID: Sendable, Equatable {
    case none
    case integer(Int64)
    case text(String)

    static let bytesMax = 64

    /// Reads what stands under `id`: nothing, or `null`, is no name.
    ///
    /// - Returns: nil where it is something else than an integer or a short string.
    init?(_ value: JSONValue?) {
        switch value {
        case nil, .null: self = .none
        case .string(let text) where text.utf8.count <= Self.bytesMax: self = .text(text)
        case .number(let number):
            guard !number.isFloat, let integer = number.asInteger else { return nil }
            self = .integer(integer)
        default: return nil
        }
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .none: json.null()
        case .integer(let value): json.integer(value)
        case .text(let text): json.string(text)
        }
    }
}
