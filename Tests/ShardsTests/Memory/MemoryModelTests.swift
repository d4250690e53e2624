import Foundation
import Shards
import Testing

/// Random requests to a shard with hardly any memory, held against one that keeps everything.
///
/// `SEED=7` runs only that one, `SEEDS=5000` so many.
@Suite struct MemoryModelTests {
    static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SEED"].flatMap({ UInt64($0) }) { return [seed] }
        return Array(1...(environment["SEEDS"].flatMap { UInt64($0) } ?? 160))
    }()

    @Test(arguments: Self.seeds)
    func `little memory and a store behind tell what all of memory would`(seed: UInt64) {
        var comparison = MemoryComparison(seed: seed, refusalOdds: seed % 2 == 0 ? 0 : 12)
        for step in 0..<500 {
            comparison.step()
            if step % 20 == 19 { comparison.compareAll() }
            if step % 250 == 249 { comparison.settle() }
            guard comparison.difference == nil else { break }
        }
        comparison.compareHistory()
        comparison.settle()
        #expect(comparison.difference == nil, "seed \(seed)")
    }

    @Test(arguments: Self.seeds.prefix(80))
    func `a restart from the journal, with less memory than it needs, loses nothing`(
        seed: UInt64
    ) {
        self.run(seed: seed, origins: [.journal])
    }

    @Test(arguments: Self.seeds.prefix(80))
    func `a restart from the store and the journal after it loses nothing`(seed: UInt64) {
        self.run(seed: seed, origins: [.store, .journal])
    }

    private func run(seed: UInt64, origins: [MemoryComparison.Origin]) {
        var comparison = MemoryComparison(seed: seed, refusalOdds: 0)
        for step in 0..<400 {
            comparison.step()
            if step % 100 == 99 {
                let origin = origins.randomElement(using: &comparison.commands.random)
                comparison.restart(from: origin ?? .journal)
            }
            guard comparison.difference == nil else { break }
        }
        comparison.compareHistory()
        comparison.settle()
        #expect(comparison.difference == nil, "seed \(seed)")
    }
}
