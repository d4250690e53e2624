import Shards
import TestSupport

/// A shard and its journal, for a test that no other thread takes part in.
struct LoneShard {
    private final class Executor: SerialExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            preconditionFailure("nothing is to suspend")
        }

        func checkIsolated() {}
    }

    let sink: RecordingSink
    private let shard: ChatShard

    init(
        _ state: ShardState = ShardState(index: 0, of: 1),
        after entries: [RecordingSink.Entry] = []
    ) {
        self.sink = RecordingSink(after: entries)
        self.shard = ChatShard(state: state, executor: Executor(), sink: self.sink)
    }

    func enter<Value: Sendable>(_ body: (isolated ChatShard) -> Value) -> Value {
        self.shard.assumeIsolated(body)
    }

    var state: ShardState { self.enter { $0.state } }
}
