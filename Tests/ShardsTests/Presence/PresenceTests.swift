import Dispatch
import Shards
import Testing

@Suite struct PresenceTests {
    @Test func `the actor runs on the executor it was given, and begins with what was restored`() {
        let queue = DispatchQueue(label: "presence")
        var state = PresenceState(now: .init(milliseconds: 0))
        let user = UserID(rawValue: 1)
        state.lastSeenRestored(user, at: .init(microseconds: 9))
        let presence = Presence(executor: QueueExecutor(queue: queue), state: state)
        // No task and no await: the server's event loop enters in the same way.
        queue.sync {
            presence.assumeIsolated { presence in
                let start = MonotonicInstant(milliseconds: 0)
                let end = MonotonicInstant(milliseconds: 300_000)
                let time = Timestamp(microseconds: 77)
                #expect(presence.presence(of: user, now: start).lastSeen?.microseconds == 9)
                #expect(
                    presence.heartbeatReceived(user, at: time, now: start)?.status == .online
                )
                var changes: [PresenceChange] = []
                #expect(presence.timePassed(at: time, now: end, into: &changes) == true)
                #expect(changes.map(\.status) == [.offline])
            }
        }
    }

    @Test func `the actor passes every input on`() async {
        let queue = DispatchQueue(label: "presence")
        let presence = Presence(
            executor: QueueExecutor(queue: queue),
            state: PresenceState(now: .init(milliseconds: 0))
        )
        let user = UserID(rawValue: 1)
        let time = Timestamp(microseconds: 5)
        let now = MonotonicInstant(milliseconds: 0)
        #expect(await presence.socketOpened(user, at: time)?.status == .online)
        #expect(await presence.socketBecameIdle(user, at: time)?.status == .away)
        #expect(await presence.socketBecameActive(user, at: time)?.status == .online)
        let closed = await presence.socketClosed(user, wasIdle: false, at: time, now: now)
        #expect(closed == nil)
    }
}

private final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(queue: DispatchQueue) {
        self.queue = queue
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// `assumeIsolated` asks this when the caller is not running as a job of the executor.
    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(self.queue))
    }
}
