/// When snapshots are taken.
package struct SnapshotSettings: Sendable {
    /// So long after the last one began, where anything has happened; nil for never.
    package var interval: Duration? = .seconds(300)
    /// When the journal has grown by so much since the last one began: what a start reads back at
    /// most, about.
    package var journalBytes = 256 << 20
    /// How long to wait after one that failed.
    package var retry = Duration.seconds(60)

    package init() {}
}
