import NIOCore
import NIOHTTP1
import Shards

/// The stream of a socket, for clients that cannot have one: what was missed since a position, or
/// the next thing that happens.
extension API {
    static let sync: [Route] = [
        .suspending(.GET, "/sync") { call throws(Failure) in
            var query = call.query()
            let since = query.optionalInteger("since", min: 0)
            let epoch = query.optionalString("epoch")
            let seconds = query.optionalInteger("timeout", min: 0, max: Self.syncSecondsMax)
            try query.check()
            let point = since.map {
                ResumePoint(seq: Position(rawValue: UInt64($0)), epoch: epoch ?? "")
            }
            let wait = Duration.seconds(seconds ?? Self.syncSecondsMax)
            let deadline = Clocks.monotonic.advanced(by: wait)
            for _ in 0..<Self.syncLooksMax {
                switch await Self.look(from: point, until: deadline, call) {
                case .found(let response): return response
                case .signedOut: throw .status(401, "Invalid token")
                case .changed: continue
                }
            }
            throw .busy
        }
    ]

    private static let syncSecondsMax: Int64 = 30
    /// How often one request may look again: after an event, which is there to be found then, or
    /// where the user's chats, or all that is remembered, changed while it looked.
    private static let syncLooksMax = 64

    private enum Look {
        case found(Response)
        /// There was nothing, and now there may be.
        case changed
        case signedOut
    }

    private static func look(
        from point: ResumePoint?,
        until deadline: MonotonicInstant,
        _ call: Call
    ) async -> Look {
        let (server, loop) = (call.server, call.loop)
        let (durable, needsPositions) = await loop.read { loop in
            (loop.durable, point.map { $0.seq < loop.recent.start } ?? false)
        }
        let membership = await server.membership(
            of: call.user,
            asOf: durable,
            withPositions: needsPositions
        )
        return await withCheckedContinuation { continuation in
            loop.eventLoop.execute {
                if let token = call.token, loop.hasEnded(token.session) {
                    return continuation.resume(returning: .signedOut)
                }
                guard !loop.recent.changes(membershipOf: call.user, after: membership.asOf) else {
                    return continuation.resume(returning: .changed)
                }
                let plan = ResumePlan(
                    since: point,
                    epoch: server.settings.epoch,
                    user: call.user,
                    chats: membership.chats,
                    lastPositions: membership.lastPositions,
                    recent: loop.recent
                )
                let waits = point != nil && !plan.hasNews && Clocks.monotonic < deadline
                if waits, !loop.isFinishing {
                    loop.fanOut.waiters.add(call.user, in: membership.chats, until: deadline) {
                        continuation.resume(returning: .changed)
                    }
                } else {
                    let answer = SyncAnswer(plan, chats: membership.chats, recent: loop.recent)
                    let response = call.json { json in
                        answer.write(epoch: server.settings.epoch, to: &json)
                    }
                    continuation.resume(returning: .found(response))
                }
            }
        }
    }
}
