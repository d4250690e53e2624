/// A type of the server by its number (`pg_type.dat`), which never changes for these.
package enum PostgresType: UInt32, Sendable {
    case bool = 16
    case bytes = 17
    case int64 = 20
    case int32 = 23
    case text = 25
    case json = 114
    case timestamp = 1114

    /// Of its array.
    var array: UInt32 {
        switch self {
        case .bool: 1000
        case .bytes: 1001
        case .int64: 1016
        case .int32: 1007
        case .text: 1009
        case .json: 199
        case .timestamp: 1115
        }
    }

    var name: String {
        switch self {
        case .bool: "boolean"
        case .bytes: "bytea"
        case .int64: "bigint"
        case .int32: "integer"
        case .text: "text"
        case .json: "json"
        case .timestamp: "timestamp"
        }
    }
}
