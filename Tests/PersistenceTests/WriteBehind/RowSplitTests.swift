import Persistence
import Shards
import TestSupport
import Testing

/// However events are cut into batches, and whichever are brought again, the store is the same.
@Suite struct RowSplitTests {
    private struct Filling {
        var rows = SimulatedRows()
        var newest = NewestIDs()

        mutating func take(_ events: ArraySlice<(position: Position, event: Event)>) {
            var coalescer = RowCoalescer()
            for (position, event) in events { coalescer.take(event, at: position) }
            let (batch, newest) = coalescer.finish()
            self.rows.apply(batch)
            self.newest.take(newest)
        }

        /// In batches of one to so many events.
        mutating func take(
            _ events: ArraySlice<(position: Position, event: Event)>,
            upTo countMax: Int,
            _ random: inout SeededRandom
        ) {
            var rest = events
            while !rest.isEmpty {
                let count = Int.random(in: 1...countMax, using: &random)
                self.take(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
    }

    @Test(arguments: 0..<60)
    func `any split gives the same rows, and a suffix again changes nothing`(seed: UInt64) {
        let events = EventScript.events(150, seed: seed).placed()
        var random = SeededRandom(seed: seed)
        var whole = Filling()
        whole.take(events[...])
        for countMax in [1, 3, 10, 60] {
            var split = Filling()
            split.take(events[...], upTo: countMax, &random)
            let isSplitSame = split.rows == whole.rows
            #expect(isSplitSame, "seed \(seed), batches up to \(countMax)")
            #expect(split.newest == whole.newest)
            for _ in 0..<3 {
                let start = Int.random(in: 0..<events.count, using: &random)
                split.take(
                    events[start...],
                    upTo: [1, 10, 200].randomElement(using: &random) ?? 1,
                    &random
                )
                let isSame = split.rows.visible == whole.rows.visible
                #expect(isSame, "seed \(seed), again from \(start)")
            }
        }
    }

    @Test(arguments: 0..<20)
    func `halves of a batch, in any order, give the same rows`(seed: UInt64) {
        let events = EventScript.events(120, seed: seed).placed()
        for start in [0, 60] {
            var before = Filling()
            before.take(events[..<start])
            var coalescer = RowCoalescer()
            for (position, event) in events[start...] { coalescer.take(event, at: position) }
            let batch = coalescer.finish().rows
            var whole = before.rows
            whole.apply(batch)
            var pieces = [batch]
            while let place = pieces.firstIndex(where: { $0.count > 1 }) {
                let (first, second) = pieces.remove(at: place).halves()
                #expect(abs(first.count - second.count) <= 1)
                pieces += [first, second]
            }
            #expect(pieces.count == batch.count)
            // People before sightings of them; nothing else depends on another row.
            let people = pieces.filter { !$0.users.isEmpty }
            let others = pieces.filter { $0.users.isEmpty }
            for order in [people + others, people + others.reversed()] {
                var rows = before.rows
                for piece in order { rows.apply(piece) }
                #expect(rows == whole, "seed \(seed)")
            }
        }
    }

    @Test func `every kind of event is in the script`() {
        let events = EventScript.events(4_000, seed: 1)
        var kinds = Set<UInt8>()
        for event in events {
            var bytes: [UInt8] = []
            EventCodec.append(event, mark: nil, to: &bytes)
            kinds.insert(bytes[4])
        }
        #expect(kinds.count == 13)
    }
}
