import Foundation
import TestSupport
import Testing

/// More messages than may be in memory. `SOAK=1` writes ten times the budget, else 2.5 times.
@Suite(.blocking, .serialized) struct BudgetTests {
    private static let writerCount = 4
    private static let chatsOfWriter = 10
    private static let corpusBytes =
        StoredServer.isSoak ? 10 * StoredServer.budgetBytes : StoredServer.budgetBytes * 5 / 2
    /// What the process may have in memory beside the messages: itself, requests, pages, batches
    /// of the journal and of the store, and what malloc keeps.
    private static let restMebibytes = 120

    @Test(.timeLimit(.minutes(20)), arguments: StoreKind.allCases)
    func `every page is right and the memory stays, whatever there is to keep`(
        kind: StoreKind
    ) async throws {
        let stored = try StoredServer(kind, shardCount: 2)
        let empty = try stored.resident()
        var corpora = try (1...Self.writerCount).map { place in
            try Corpus(place, chatCount: Self.chatsOfWriter, on: stored.server)
        }
        let start = ContinuousClock.now
        var sizes: [Int] = []
        // What is over the budget comes in two halves, to see what the second one adds.
        for bytes in Self.portions {
            corpora = try await concurrently(corpora) { try $0.grown(by: bytes / Self.writerCount) }
            try stored.waitUntilStored()
            sizes.append(try stored.resident())
        }
        let written = ContinuousClock.now - start
        let peak = try stored.resident("VmHWM")
        try await Self.check(corpora, on: stored, "cold")
        try stored.server.kill()
        try stored.server.restart()
        let restarted = try stored.resident("VmHWM")
        try await Self.check(corpora, on: stored, "after SIGKILL")
        let reading = try stored.resident("VmHWM")
        let bytes = corpora.reduce(0) { $0 + $1.sentBytes }
        print(
            """
            \(kind.rawValue): \(bytes >> 20) MiB in \(corpora.reduce(0) { $0 + $1.changeCount }) \
            requests, \(written.formatted()), budget \(StoredServer.budgetBytes >> 20) MiB; \
            resident: empty \(empty), while writing \(sizes), at most \(peak), \
            after SIGKILL at most \(restarted), with reading \(reading) MiB
            """
        )
        let most = StoredServer.budgetBytes >> 20 + Self.restMebibytes
        #expect(max(peak, restarted, reading) < most)
        // Twice the budget of messages came in the second half of a long run.
        if StoredServer.isSoak { #expect(sizes[2] - sizes[1] < StoredServer.budgetBytes >> 20) }
        try stored.expectNoDifferences()
    }

    private static var portions: [Int] {
        let over = Self.corpusBytes - StoredServer.budgetBytes
        return [StoredServer.budgetBytes, over / 2, over / 2]
    }

    private static func check(
        _ corpora: [Corpus],
        on stored: StoredServer,
        _ when: String
    ) async throws {
        let start = ContinuousClock.now
        let checks = try await concurrently(corpora) { corpus in
            try corpus.chats.enumerated().map { place, chat in
                var check = PageCheck(
                    chat,
                    by: Person(place % 2 == 0 ? corpus.author : corpus.partner)
                )
                try check.readAll()
                for (index, message) in chat.ordered.enumerated() where index % 23 == place {
                    try check.readAround(message.id, index % 2 == 0, limit: 20)
                }
                return Checked(check)
            }
        }.joined()
        let time = ContinuousClock.now - start
        let differences = checks.flatMap(\.differences)
        #expect(differences.isEmpty, "\(stored.kind.rawValue), \(when): \(differences.prefix(10))")
        let latencies = checks.flatMap(\.latencies)
        print(
            """
            \(stored.kind.rawValue), \(when): \(latencies.count) pages with \
            \(checks.reduce(0) { $0 + $1.messageCount }) messages in \(time.formatted()); \
            \(latencies.percentiles)
            """
        )
    }

    /// What a check came to.
    private struct Checked: Sendable {
        let differences: [String]
        let latencies: [Duration]
        let messageCount: Int

        init(_ check: PageCheck) {
            self.differences = check.differences
            self.latencies = check.latencies
            self.messageCount = check.messageCount
        }
    }
}
