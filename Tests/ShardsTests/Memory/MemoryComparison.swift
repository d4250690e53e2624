import Shards
import TestSupport

/// A shard with little memory and a store behind it, and one that keeps everything, given the same
/// requests at the same moments. Whatever they tell has to be the same.
struct MemoryComparison {
    struct Counts {
        var asked = 0
        var askedAgain = 0
        var dropped = 0
        var noRoom = 0
        var refused = 0
        var replayed = 0
        var full = 0
    }

    private static let requestsMax = 8
    /// So often the store may be asked for one request while nothing else happens.
    private static let roundsMax = 4

    var commands: RandomCommands
    var world = ReferenceWorld()
    var bounded: LoneShard
    var full: LoneShard
    let byteCountMax: Int
    var store: ReferenceStore
    var requests: [MemoryRequest] = []
    var past: [MemoryRequest] = []
    var now = Timestamp(microseconds: 1_730_800_800_123_456)
    var confirmed = Position.zero
    /// A chat's position up to here may be told lower: the store does not keep all of it.
    var base = Position.zero
    var counts = Counts()
    /// The first thing in which they differed.
    var difference: String?

    /// With a bound of 2 to 12 KB.
    init(seed: UInt64, refusalOdds: Int) {
        self.commands = RandomCommands(seed: seed)
        self.byteCountMax = Int.random(in: 2_000...12_000, using: &self.commands.random)
        self.bounded = LoneShard()
        self.full = LoneShard()
        self.store = ReferenceStore(seed: seed, refusalOdds: refusalOdds)
        let byteCountMax = self.byteCountMax
        self.bounded.enter { $0.limitMemory(to: byteCountMax) }
    }

    mutating func step() {
        // A clock that now and then runs backwards.
        let passed = Int64.random(in: -200_000...2_000_000, using: &self.commands.random)
        self.now = Timestamp(microseconds: self.now.microseconds + passed)
        switch Int.random(in: 0..<100, using: &self.commands.random) {
        case ..<64:
            if self.requests.count < Self.requestsMax { self.perform(self.next()) }
        case ..<86:
            self.advanceRequest()
        case ..<92:
            self.fillStore(upTo: Int.random(in: 0...30, using: &self.commands.random))
        case ..<97:
            self.confirm()
        default:
            self.bounded.enter { $0.makeRoom() }
            self.checkShrunk()
        }
    }

    /// Answers what is asked still, brings the store up to date and makes all the room there is.
    mutating func settle() {
        while let request = self.requests.popLast() { self.finish(request) }
        self.fillStore(upTo: .max)
        self.confirm(through: self.store.applied)
        self.checkRoom()
    }

    /// Performs it to its end while nothing else happens.
    mutating func finish(_ request: MemoryRequest) {
        var rest = request
        for _ in 0..<Self.roundsMax {
            if let question = rest.question, rest.answer == nil {
                rest.answer = self.store.answer(question)
            }
            guard let needy = self.perform(rest, keeps: false) else { return }
            rest = needy
        }
        self.check(false, true, "end of \(request.wish) in \(request.chat)")
    }
}

// MARK: - The store

extension MemoryComparison {
    private mutating func fillStore(upTo countMax: Int) {
        let entries = self.bounded.sink.entries
        let start = Int(self.store.applied.rawValue)
        for entry in entries[start...].prefix(countMax) {
            guard case .chat(let chat, let event) = entry.event else { continue }
            self.store.apply(event, of: chat, at: entry.position)
        }
    }

    /// Tells how far the store is, or was a while ago.
    private mutating func confirm() {
        let range = self.confirmed.rawValue...self.store.applied.rawValue
        let isLate = self.commands.random.one(in: 2)
        let some = UInt64.random(in: range, using: &self.commands.random)
        self.confirm(through: Position(rawValue: isLate ? some : range.upperBound))
    }

    private mutating func confirm(through position: Position) {
        let refusals = self.store.refused
            .filter { $0.at > self.confirmed && $0.at <= position }.map(\.message)
        self.confirmed = position
        self.bounded.enter { $0.confirm(through: position, refused: refusals) }
        self.check(self.bounded.state.memory.confirmed, position, "confirmed")
    }

    mutating func refusedForRoom(_ request: MemoryRequest) {
        self.counts.noRoom += 1
        let memory = self.bounded.state.memory
        self.check(memory.isFull && memory.needsRoom, true, "lack of room")
        guard case .command(let command, _) = request.wish else { return }
        switch command {
        case .create, .addMember, .send, .edit, .react: break
        default: self.check(false, true, "refusal of \(command)")
        }
    }

    /// Where there is too little room, nothing is in memory that could leave.
    private mutating func checkShrunk() {
        let state = self.bounded.state
        guard state.memory.needsRoom else { return }
        for chat in state.allChats {
            guard let oldest = chat.log.loaded.first else { continue }
            let isNeeded = oldest.changedAt > state.memory.droppableThrough
            self.check(isNeeded, true, "need of \(oldest.message.id)")
        }
    }

    /// With all confirmed and no look under way, only what the store does not take may fill memory.
    private mutating func checkRoom() {
        let memory = self.bounded.state.memory
        let refused = Set(self.store.refused.map(\.message))
        self.counts.refused = refused.count
        guard memory.needsRoom else {
            self.check(memory.isFull, false, "fullness")
            return
        }
        let inMemory = self.bounded.state.allChats.map { chat in
            let kept = refused.compactMap { chat.log.message($0)?.memoryBytes }
            return chat.log.byteCount - kept.reduce(0) { $0 + $1 + 64 }
        }
        self.check(inMemory.allSatisfy { $0 <= 0 }, true, "room in \(inMemory)")
    }
}
