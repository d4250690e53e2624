import Glibc
import TestSupport

extension HTTPAnswer {
    /// Whether nothing has happened, because the server has no room for it now: too much waits for
    /// the disk or the store.
    var isPutOff: Bool { self.status == 503 && self.header("retry-after") != nil }

    /// Nothing tells when it is worth asking again.
    static func waitAWhile() { usleep(100_000) }

    /// Asks until it is answered, or for long enough.
    static func untilNotPutOff(_ ask: () throws -> HTTPAnswer) rethrows -> HTTPAnswer {
        let end = ContinuousClock.now + .seconds(120)
        while true {
            let answer = try ask()
            guard answer.isPutOff, ContinuousClock.now < end else { return answer }
            Self.waitAWhile()
        }
    }
}
