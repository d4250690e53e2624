import Shards
import Testing

@testable import Net

@Suite struct OutboxTests {
    /// A look at an outbox, after `wrote` bytes more were written.
    private struct Look {
        let wrote: Int
        let buffered: Int
        let second: UInt64
    }

    /// When what waits is found to be too old.
    private func tooOld(_ looks: [Look]) -> [UInt64] {
        var outbox = Outbox()
        return looks.compactMap { look in
            outbox.wrote(look.wrote)
            let now = MonotonicInstant(milliseconds: look.second * 1_000)
            return outbox.isTooOld(bufferedBytes: look.buffered, at: now) ? look.second : nil
        }
    }

    @Test func `what leaves at once is never old`() {
        let looks = (0..<100).map { Look(wrote: 1_000, buffered: 0, second: $0) }
        #expect(self.tooOld(looks) == [])
    }

    @Test func `bytes that stay are too old after ten seconds`() {
        let looks = (0...11).map { Look(wrote: $0 == 0 ? 1_000 : 0, buffered: 1, second: $0) }
        #expect(self.tooOld(looks) == [11])
    }

    @Test func `who takes little has gone on when the bytes of an earlier look have left`() {
        let looks = [
            Look(wrote: 1_000, buffered: 1_000, second: 0),
            Look(wrote: 1_000, buffered: 1_000, second: 9),
            Look(wrote: 0, buffered: 900, second: 19),
            Look(wrote: 0, buffered: 900, second: 20),
        ]
        #expect(self.tooOld(looks) == [20])
    }

    @Test func `when all has left it begins anew`() {
        let looks = [
            Look(wrote: 1_000, buffered: 10, second: 0),
            Look(wrote: 0, buffered: 0, second: 9),
            Look(wrote: 1_000, buffered: 10, second: 30),
            Look(wrote: 0, buffered: 10, second: 40),
            Look(wrote: 0, buffered: 10, second: 41),
        ]
        #expect(self.tooOld(looks) == [41])
    }
}
