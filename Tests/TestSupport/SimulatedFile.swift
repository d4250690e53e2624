/// One file of a `SimulatedDisk`: as the cache shows it, and as it is on the disk.
struct SimulatedFile: Sendable {
    private static let sectorBytes = 512

    private(set) var cached: [UInt8] = []
    private var durable: [UInt8] = []
    /// Written and on their way to the disk; they get there in any order, or not.
    private var dirtySectors: Set<Int> = []

    init() {}

    init(safe bytes: [UInt8]) {
        self.cached = bytes
        self.durable = bytes
    }

    mutating func write(_ bytes: [UInt8], at offset: Int) {
        let end = offset + bytes.count
        let oldCount = self.cached.count
        if oldCount < end {
            self.cached += [UInt8](repeating: 0, count: end - oldCount)
        }
        Self.copy(bytes, 0..<bytes.count, to: &self.cached, at: offset)
        guard end > 0 else { return }
        let first = min(offset, oldCount) / Self.sectorBytes
        self.dirtySectors.formUnion(first...(max(end - 1, offset) / Self.sectorBytes))
    }

    mutating func truncate(to byteCount: Int) {
        if byteCount < self.cached.count {
            self.cached.removeLast(self.cached.count - byteCount)
        } else {
            self.cached += [UInt8](repeating: 0, count: byteCount - self.cached.count)
        }
    }

    mutating func sync() {
        self.keep(self.dirtySectors)
        self.setDurableCount(self.cached.count)
        self.dirtySectors = []
    }

    /// The cache goes on showing what will not be written any more.
    mutating func failSync() {
        self.dirtySectors = []
    }

    func afterPowerLoss(_ random: inout SeededRandom) -> SimulatedFile {
        var next = self
        let kept = self.dirtySectors.sorted().filter { _ in Bool.random(using: &random) }
        let keepsCount = Bool.random(using: &random)
        next.keep(Set(kept))
        if keepsCount { next.setDurableCount(self.cached.count) }
        return SimulatedFile(safe: next.durable)
    }

    private mutating func keep(_ sectors: Set<Int>) {
        for sector in sectors {
            let start = sector * Self.sectorBytes
            let end = min(start + Self.sectorBytes, self.cached.count)
            guard start < end else { continue }
            if self.durable.count < end { self.setDurableCount(end) }
            Self.copy(self.cached, start..<end, to: &self.durable, at: start)
        }
    }

    /// As `replaceSubrange`, but as fast in a debug build.
    private static func copy(
        _ source: [UInt8],
        _ range: Range<Int>,
        to target: inout [UInt8],
        at offset: Int
    ) {
        guard !range.isEmpty else { return }
        target.withUnsafeMutableBytes { target in
            source.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + range.count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
            }
        }
    }

    private mutating func setDurableCount(_ count: Int) {
        if count < self.durable.count {
            self.durable.removeLast(self.durable.count - count)
        } else {
            self.durable += [UInt8](repeating: 0, count: count - self.durable.count)
        }
    }
}
