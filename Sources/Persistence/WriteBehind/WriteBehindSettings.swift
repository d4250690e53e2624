package struct WriteBehindSettings: Sendable {
    /// How long a first event waits for others, where fewer than would fill a batch have come.
    package var gathering = Duration.milliseconds(20)
    /// The same where many came last time: a sync of the database less for each that waits, and
    /// the journal needs the disk.
    package var gatheringBusy = Duration.milliseconds(200)
    /// Of journal read for one batch: over by less than one batch of the journal.
    package var batchBytes = 4 << 20
    /// Between attempts while the store is away: doubled from the first to the last.
    package var retryMin = Duration.milliseconds(50)
    package var retryMax = Duration.seconds(5)
    /// How long the end waits for what is not in the store yet.
    package var closingMax = Duration.seconds(5)

    package init() {}
}
