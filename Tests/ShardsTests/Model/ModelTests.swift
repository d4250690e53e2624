import Foundation
import Shards
import Testing

/// Random histories, held against rules that are written down plainly.
///
/// `SEED=7` runs only that one.
@Suite struct ModelTests {
    static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }.map { [$0] }
        ?? Array(1...24)

    @Test(arguments: Self.seeds)
    func `every answer and every refusal is the model's`(seed: UInt64) throws {
        var comparison = ModelComparison(seed: seed)
        for step in 0..<1200 {
            try comparison.step()
            if step % 200 == 199 { try comparison.compareAll() }
            guard comparison.difference == nil else { break }
        }
        #expect(comparison.difference == nil, "seed \(seed)")
    }

    @Test func `the histories reach the rare cases`() throws {
        var comparison = ModelComparison(seed: 1)
        for _ in 0..<3000 { try comparison.step() }
        let refusals = Set(comparison.refusals)
        let everyday: Set<Refusal> = [
            .accessDenied, .chatNotFound, .messageNotFound, .replyNotFound, .replyToDeleted,
            .editOfDeleted, .reactionToDeleted, .alreadyDeleted, .reactionExists,
            .tooManyReactionKinds, .onlyAdminsAdd, .onlyAdminsRemove, .directHasTwo,
            .directKeepsMembers, .directCannotBeLeft, .adminsLeaveInstead, .alreadyMember,
            .notMember,
        ]
        #expect(everyday.subtracting(refusals) == [])
        #expect(comparison.statusUpdateCount > 100)
    }
}
