import Shards

/// Where a client left off: the last `seq` it has, and the history that counts it.
struct ResumePoint: Sendable, Equatable {
    let seq: Position
    let epoch: String

    init(seq: Position, epoch: String) {
        self.seq = seq
        self.epoch = epoch
    }

    /// - Returns: nil where no `since` is given. One that is no position is of no history.
    init?(_ query: [(String, String)]) {
        guard let since = query.first(where: { $0.0 == "since" })?.1 else { return nil }
        let position = UInt64(since)
        let epoch = query.first { $0.0 == "epoch" }?.1 ?? ""
        self.init(
            seq: Position(rawValue: position ?? 0),
            epoch: position == nil ? "" : epoch
        )
    }
}
