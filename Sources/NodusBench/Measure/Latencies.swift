/// Every single latency, so that the percentiles are exact.
struct Latencies {
    private var nanoseconds: [Int64] = []

    var count: Int { self.nanoseconds.count }

    mutating func add(_ latency: Duration) {
        let (seconds, attoseconds) = latency.components
        self.nanoseconds.append(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    mutating func add(nanoseconds: Int64) { self.nanoseconds.append(nanoseconds) }

    mutating func removeAll() { self.nanoseconds.removeAll(keepingCapacity: true) }

    /// Milliseconds: of so many hundredths of all, the slowest (nearest rank). 0 of none.
    func percentiles(_ hundredths: [Double]) -> [Double] {
        let sorted = self.nanoseconds.sorted()
        return hundredths.map { wanted in
            guard !sorted.isEmpty else { return 0 }
            // Less what a fraction such as 99.9 is off in binary.
            let rank = Int((Double(sorted.count) * wanted / 100 - 1e-6).rounded(.up))
            return Double(sorted[min(max(rank, 1), sorted.count) - 1]) / 1e6
        }
    }
}
