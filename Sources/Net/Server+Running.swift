import NIOCore
import Shards

extension Server {
    private static let tick = TimeAmount.milliseconds(100)

    /// Starts what time brings: deadlines, typing that ends, people who go offline.
    package func startClocks() {
        for loop in self.loops {
            loop.eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in
                self.expireTyping(on: loop)
                loop.shard.assumeIsolated { $0.makeRoom() }
                let isSecond = loop.tick()
                guard loop === self.home else { return }
                if isSecond { self.expirePresence() }
                self.tellPresence()
            }
        }
        let hour = TimeAmount.hours(1)
        self.home.eventLoop.scheduleRepeatedTask(initialDelay: hour, delay: hour) { _ in
            self.directory.assumeIsolated { directory in
                directory.forgetSessions(expiredBefore: Clocks.now)
            }
        }
    }

    private static let finishingMax = Duration.seconds(8)
    /// How often it is looked whether all have gone; there is nothing to wait for but clients.
    private static let finishingStep = Duration.milliseconds(20)

    /// Ends every socket with 1001, and every connection when its requests have been answered, or
    /// after a while.
    package func finish() async {
        for loop in self.loops {
            try? await loop.eventLoop.submit { loop.finish() }.get()
        }
        let end = ContinuousClock.now.advanced(by: Self.finishingMax)
        while await !self.isFinished, ContinuousClock.now < end {
            try? await Task.sleep(for: Self.finishingStep)
        }
        self.hasher.shutdown()
    }

    private var isFinished: Bool {
        get async {
            for loop in self.loops {
                let isFinished = try? await loop.eventLoop.submit { loop.isFinished }.get()
                if isFinished == false { return false }
            }
            return true
        }
    }
}
