import ArgumentParser
import Shards

struct WheelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wheel",
        abstract: "Measures the timing wheel that presence lives in.",
        discussion: """
            Tracks that many users at once, in shuffled order, with deadlines of up to 300 ticks, as \
            heartbeats have, and prints nanoseconds an operation: the median of the rounds.
            """
    )

    @Option(help: "Users that are tracked at once.")
    var users = 1_000_000

    @Option(help: "How often everything is measured.")
    var rounds = 5

    private static let lifetime: UInt64 = 300

    func validate() throws {
        guard (1...(1 << 24)).contains(self.users), self.rounds > 0 else {
            throw ValidationError("--users is 1 to 16777216, --rounds at least 1.")
        }
    }

    func run() {
        var inserts: [Double] = []
        var renewals: [Double] = []
        var cancels: [Double] = []
        for _ in 0..<self.rounds {
            let keys = (0..<UInt32(self.users)).shuffled()
            let others = keys.shuffled()
            var wheel = TimingWheel(tick: 0, keyCountMax: self.users, keyCount: self.users)
            inserts.append(
                self.nanoseconds { for key in keys { wheel.schedule(key, at: Self.deadline(key)) } }
            )
            renewals.append(
                self.nanoseconds {
                    for key in others { wheel.schedule(key, at: Self.deadline(key) + 10) }
                }
            )
            var cancelled = 0
            cancels.append(
                self.nanoseconds { for key in keys where wheel.cancel(key) { cancelled += 1 } }
            )
            precondition(cancelled == self.users && wheel.count == 0, "the wheel lost a key")
        }
        print(
            """
            timing wheel, \(self.users) users: insert \(Self.median(inserts)) ns, \
            put off \(Self.median(renewals)) ns, cancel \(Self.median(cancels)) ns (aim: 50)
            """
        )
    }

    private static func deadline(_ key: UInt32) -> UInt64 { 1 + UInt64(key) % Self.lifetime }

    /// An operation, on average.
    private func nanoseconds(_ work: () -> Void) -> Double {
        ContinuousClock().measure(work) / .nanoseconds(1) / Double(self.users)
    }

    private static func median(_ values: [Double]) -> Int {
        Int(values.sorted()[values.count / 2].rounded())
    }
}
