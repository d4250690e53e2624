/// A reading of a clock that never steps back: milliseconds since some fixed start.
///
/// Deadlines are kept in it, so that a corrected wall clock makes nobody online or offline.
package struct MonotonicInstant: Hashable, Comparable, Sendable {
    package let milliseconds: UInt64

    package init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Stops at the largest instant instead of overflowing. A negative duration counts as none.
    package func advanced(by duration: Duration) -> MonotonicInstant {
        let (seconds, attoseconds) = duration.components
        let (whole, wholeOverflows) = UInt64(max(0, seconds)).multipliedReportingOverflow(by: 1_000)
        let fraction = UInt64(max(0, attoseconds)) / 1_000_000_000_000_000
        let (span, spanOverflows) = whole.addingReportingOverflow(fraction)
        let (sum, sumOverflows) = self.milliseconds.addingReportingOverflow(span)
        let overflows = wholeOverflows || spanOverflows || sumOverflows
        return MonotonicInstant(milliseconds: overflows ? .max : sum)
    }
}
