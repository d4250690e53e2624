import CScheduler

/// How long a thread may keep a core that others want.
///
/// A thread that wakes up waits until whoever runs has had its slice, 0.7 to 2.8 ms by default; Linux
/// looks when its clock ticks, which may be every 4 ms only. Who has a shorter slice goes first (since
/// Linux 6.12), and is itself put off sooner. So threads that answer requests ask for the shortest
/// there is: they work for some microseconds at a time, and what the kernel has to do to write to
/// the disk waits behind them too. Threads that such a thread makes do not have it.
/// sched_setattr(2).
package enum TimeSlice {
    /// The least that the kernel gives, in nanoseconds.
    private static let shortest: UInt64 = 100_000

    /// Of the calling thread, in nanoseconds; nil where the kernel keeps none for each.
    package static var current: UInt64? {
        let slice = nodus_time_slice()
        return slice > 0 ? slice : nil
    }

    /// Asks for it, for the calling thread. Where the kernel knows no such thing, nothing happens.
    package static func shorten() { nodus_set_time_slice(self.shortest) }
}
