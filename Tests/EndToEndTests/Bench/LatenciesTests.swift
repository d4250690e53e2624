import Testing

@testable import NodusBench

struct LatenciesTests {
    @Test func `percentiles are of the nearest rank`() {
        var latencies = Latencies()
        #expect(latencies.percentiles([50]) == [0])
        for milliseconds in (1...100).shuffled() { latencies.add(.milliseconds(milliseconds)) }
        #expect(latencies.percentiles([50, 99, 99.9, 100]) == [50, 99, 100, 100])
        for _ in 0..<900 { latencies.add(.milliseconds(0)) }
        #expect(latencies.percentiles([90, 99.9, 99.91]) == [0, 99, 100])
    }
}
