import Foundation

/// A series of requests of which at most one is under way.
///
/// The driver decides when and on which connection; it also waits out 429, 502, 503, 504
/// and cut connections, after which it asks for the request again. So a conversation never sees those
/// statuses as answers, and `next` must be able to write the same request once more.
protocol Conversation: AnyObject {
    func next(at now: ContinuousClock.Instant, into output: inout [UInt8]) throws -> Turn

    /// Unless this throws, `next` comes right after.
    func answered(_ answer: Answer, at now: ContinuousClock.Instant) throws

    /// The request may or may not have had its effect. No status: the connection was cut.
    func undecided(status: Int?, at now: ContinuousClock.Instant)
}

enum Turn {
    case sent
    case wait(until: ContinuousClock.Instant)
    case finished
}

struct Answer {
    let status: Int
    let body: ArraySlice<UInt8>

    func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(self.body))
    }

    /// For messages to people; cut after 200 bytes.
    var summary: String {
        "\(self.status) \(String(decoding: self.body.prefix(200), as: UTF8.self))"
    }
}

/// Why a run had to stop.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
