import Foundation
import Persistence
import Shards
import TestSupport
import Testing

@Suite struct PostgresStoreTests {
    @Test(arguments: HistoryStoreContract.allCases)
    func `Postgres keeps to the contract`(_ rule: HistoryStoreContract) throws {
        // Its column takes 50 characters.
        let poison = SampleRows.message(1 << 40, kind: String(repeating: "k", count: 51))
        try rule.check(try PostgresTestStore().store, poison: poison)
    }
}

/// A store with a database of its own.
struct PostgresTestStore {
    let cluster: PostgresCluster
    let database: String
    let store: PostgresStore

    init(
        on cluster: PostgresCluster? = nil,
        timeouts: PostgresTimeouts = .standard
    ) throws {
        self.cluster = try cluster ?? PostgresCluster.shared()
        self.database = try self.cluster.newDatabase()
        let url = self.cluster.url(database: self.database)
        self.store = PostgresStore(url, timeouts: timeouts)
        try self.store.prepare()
    }
}
