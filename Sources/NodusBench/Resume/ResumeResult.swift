import Foundation

/// What the readers saw. A gap or a double ends the run before.
struct ResumeResult: Encodable {
    let sockets: Int
    let people: Int
    let chats: Int
    let messages: Int
    let deliveries: Int
    let cuts: Int
    /// Frames that told a reader to fetch a chat, or all, again.
    let resyncs: Int
    /// Messages that came under such a resync.
    let passedOver: Int
    /// How many sockets the server closed with which code; 0 stands for none.
    let closedByServer: [Int: Int]
    /// Seconds after all were cut, until the last was greeted.
    let greetedSeconds: [Double]
    /// Seconds after all were cut, until everybody had everything.
    let steadySeconds: [Double]

    init(
        _ run: ResumeRun,
        people: Int,
        chats: Int,
        storms: [(greeted: Double, steady: Double)]
    ) {
        self.sockets = run.readers.count
        self.people = people
        self.chats = chats
        self.messages = run.sentCount
        self.deliveries = run.readers.reduce(0) { $0 + $1.deliveryCount }
        self.cuts = run.cutCount
        self.resyncs = run.readers.reduce(0) { $0 + $1.resyncCount }
        self.passedOver = run.readers.reduce(0) { $0 + $1.passedOverCount }
        self.closedByServer = run.closeCodes
        self.greetedSeconds = storms.map(\.greeted)
        self.steadySeconds = storms.map(\.steady)
    }

    var line: String {
        let steady = self.steadySeconds.map { String(format: "%.2f", $0) }.joined(separator: ", ")
        return String(
            format:
                "%d sockets, %d messages, %d deliveries, %d cuts: 0 gaps, 0 doubles, %d resyncs "
                + "(%d messages passed over); steady after %@ s",
            self.sockets,
            self.messages,
            self.deliveries,
            self.cuts,
            self.resyncs,
            self.passedOver,
            steady.isEmpty ? "-" : steady
        )
    }
}
