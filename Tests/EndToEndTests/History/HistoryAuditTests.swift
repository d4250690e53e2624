import Testing

@testable import NodusBench

struct HistoryAuditTests {
    private func audit(_ sent: [HistoryAudit.Sent], _ found: [(UInt64, String)]) -> [String] {
        HistoryAudit(
            chat: "c",
            sent: sent,
            found: found.map { HistoryAudit.Found(id: $0.0, fingerprint: $0.1) }
        ).findings.map { String($0.prefix { $0 != " " }) }
    }
    private let sent = [
        HistoryAudit.Sent(line: 1, fingerprint: "a", ackedIDs: [10]),
        HistoryAudit.Sent(line: 2, fingerprint: "b", ackedIDs: [20]),
        HistoryAudit.Sent(line: 3, fingerprint: "u"),
    ]

    @Test func `each kind of damage has its name`() {
        #expect(self.audit(self.sent, [(10, "a"), (20, "b")]) == [])
        #expect(self.audit(self.sent, [(10, "a"), (20, "b"), (30, "u")]) == [])
        #expect(self.audit(self.sent, [(10, "a")]) == ["LOST"])
        #expect(self.audit(self.sent, [(20, "b"), (10, "a")]) == ["REORDER"])
        #expect(self.audit(self.sent, [(10, "a"), (20, "b"), (30, "u"), (40, "u")]) == ["PHANTOM"])
        #expect(self.audit(self.sent, [(10, "a"), (20, "b"), (30, "b")]) == ["DUP"])
        #expect(
            self.audit([.init(line: 1, fingerprint: "a", ackedIDs: [1, 2])], [(1, "a"), (2, "a")])
                == ["DUP"]
        )
    }
}
