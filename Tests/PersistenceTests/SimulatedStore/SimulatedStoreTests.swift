import Persistence
import Shards
import TestSupport
import Testing

@Suite struct SimulatedStoreTests {
    @Test(arguments: HistoryStoreContract.allCases)
    func `the simulated store keeps to the contract`(_ rule: HistoryStoreContract) throws {
        let store = SimulatedStore()
        let poison = SampleRows.message(1 << 40)
        store.condition.change {
            $0.refused = [RowKey(table: "messages", key: "\(UInt64(1 << 40))")]
        }
        try rule.check(store, poison: poison)
    }
}
