import Shards
import TestSupport
import Testing

@Suite struct LatestQueueTests {
    @Test func `a newer value takes the place of the one that waits`() {
        var queue = LatestQueue<String, Int>()
        for (key, value) in [("a", 1), ("b", 2), ("a", 3), ("c", 4), ("b", 5)] {
            queue.add(value, for: key)
        }
        #expect(queue.count == 3)
        #expect(queue.popFirst() == 3)
        queue.add(6, for: "a")
        #expect([queue.popFirst(), queue.popFirst(), queue.popFirst()] == [5, 4, 6])
        #expect(queue.popFirst() == nil && queue.isEmpty)
    }

    @Test func `only what waits is changed`() {
        var queue = LatestQueue<Int, [Int]>()
        queue.add([1, 2], for: 7)
        queue.change(7) { $0.removeFirst() }
        queue.change(8) { $0.append(9) }
        #expect(queue.popFirst() == [2])
        queue.change(7) { $0.append(9) }
        #expect(queue.isEmpty)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random histories agree with a list`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = LatestQueue<Int, Int>()
        var list: [(key: Int, value: Int)] = []
        for step in 0..<2_000 {
            let key = Int.random(in: 0..<12, using: &random)
            if random.one(in: 3) {
                let expected = list.isEmpty ? nil : list.removeFirst().value
                #expect(queue.popFirst() == expected, "seed \(seed), step \(step)")
            } else if let index = list.firstIndex(where: { $0.key == key }) {
                queue.add(step, for: key)
                list[index].value = step
            } else {
                queue.add(step, for: key)
                list.append((key, step))
            }
            #expect(queue.count == list.count)
        }
    }
}
