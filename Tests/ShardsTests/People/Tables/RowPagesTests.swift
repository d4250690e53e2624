import Shards
import TestSupport
import Testing

@Suite struct RowPagesTests {
    @Test(arguments: 0..<20) func `rows are what an array of arrays has`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var model: [[Int]] = []
        var rows = RowPages<Int>()
        for step in 0..<2_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2:
                let row = Self.row(&random)
                model.append(row)
                rows.append(row)
            case 3 where random.one(in: 5):
                let count = model.count + Int.random(in: 0...150, using: &random)
                model += Array(repeating: [], count: count - model.count)
                rows.grow(to: count)
            case 4...5:
                guard let row = model.indices.randomElement(using: &random),
                    let place = model[row].indices.randomElement(using: &random)
                else { break }
                model[row][place] = step
                rows.set(step, at: place, of: row)
            default:
                guard let row = model.indices.randomElement(using: &random) else { break }
                let start = Int.random(in: 0...model[row].count, using: &random)
                let end = Int.random(in: start...model[row].count, using: &random)
                let new = Self.row(&random)
                model[row].replaceSubrange(start..<end, with: new)
                rows.replace(start..<end, of: row, with: new)
            }
            #expect(rows.count == model.count)
        }
        #expect(rows.all == model)
        for (row, wanted) in model.enumerated() { #expect(rows.length(of: row) == wanted.count) }
    }

    @Test func `what shares pages stays as it was`() {
        var rows = RowPages<Int>()
        for row in 0..<300 { rows.append([row, row]) }
        let (part, first) = rows.pages(of: 70..<200)
        #expect(first == 64)
        #expect(part.count == 192)
        for row in 0..<300 { rows.replace(0..<1, of: row, with: [7, 8, 9]) }
        rows.set(5, at: 0, of: 100)
        #expect(part.all == (64..<256).map { [$0, $0] })
        #expect(rows.all[100] == [5, 8, 9, 100])
    }

    @Test func `rows of known lengths are there to be filled`() {
        let lengths = (0..<200).map { UInt32($0 % 7) }
        var rows = RowPages(lengths: lengths, of: 0)
        #expect(rows.all == lengths.map { Array(repeating: 0, count: Int($0)) })
        rows.set(3, at: 5, of: 13)
        rows.append([1])
        #expect(rows.all[13] == [0, 0, 0, 0, 0, 3])
        #expect(rows.all[200] == [1])
        #expect(RowPages(lengths: [], of: 0).count == 0)
    }

    private static func row(_ random: inout SeededRandom) -> [Int] {
        let count = random.one(in: 50) ? 500 : Int.random(in: 0...5, using: &random)
        return (0..<count).map { _ in Int.random(in: 0...9, using: &random) }
    }
}

extension RowPages {
    fileprivate var all: [[Element]] {
        (0..<self.count).map { row in self.withRow(row) { Array($0) } }
    }
}
