import Shards
import Testing

/// Three chats of 120 messages each, all of them confirmed, and room for one and a half.
@Suite struct MessageMemoryTests {
    private static let chats = (1...3).map { ChatID(rawValue: $0) }
    private static let count = 120

    private static var state: ShardState {
        var state = ShardState(index: 0, of: 1)
        var position = Position.zero
        func apply(_ event: ChatEvent, to chat: ChatID) {
            position = position.next
            state.apply(event, to: chat, mark: nil, at: position)
        }
        let time = Timestamp(microseconds: 0)
        for id in Self.chats {
            let chat = Chat(id: id, title: "", isGroup: true, createdAt: time)
            apply(.created(chat, members: []), to: id)
            for counter in 1...UInt64(Self.count) {
                let message = Message(
                    Message.Draft(kind: "text", content: "text", payload: nil, replyTo: nil),
                    id: MessageID(counter: counter, slot: id.slot),
                    chat: id,
                    author: .anna,
                    ts: time
                )
                apply(.messageSent(message), to: id)
            }
        }
        state.memory.byteCountMax = state.memory.byteCount / 2
        return state
    }

    private static let newest = Position(rawValue: UInt64(Self.chats.count * (Self.count + 1)))

    private static func windows(_ state: ShardState) -> [Int] {
        Self.chats.map { state.withChat($0) { $0.log.indices.count } ?? -1 }
    }

    @Test func `nothing goes before the store has it, and then memory is full`() {
        var state = Self.state
        state.makeRoom(visitMax: 3)
        #expect(!state.memory.isFull)
        state.makeRoom(visitMax: 100)
        #expect(Self.windows(state) == [120, 120, 120])
        #expect(state.memory.isFull)
        state.memory.confirm(through: Self.newest)
        state.makeRoom(visitMax: 100)
        #expect(!state.memory.isFull)
        #expect(state.memory.byteCount <= state.memory.byteCountMax)
    }

    /// The hand comes to the second chat first. New ones are taken for used.
    @Test func `chats that were used keep their newest messages, others nothing`() {
        var state = Self.state
        state.memory.confirm(through: Self.newest)
        state.makeRoom(visitMax: 1)
        #expect(Self.windows(state) == [120, 100, 120])
        state.makeRoom(visitMax: 2)
        #expect(Self.windows(state) == [100, 100, 100])
        state.memory.used(1)
        state.makeRoom(visitMax: 1)
        #expect(Self.windows(state) == [100, 100, 100])
        state.makeRoom(visitMax: 1)
        #expect(Self.windows(state) == [100, 100, 0])
        state.makeRoom(visitMax: 100)
        #expect(Self.windows(state) == [0, 100, 0])
        #expect(!state.memory.needsRoom)
    }

    @Test func `where all are in use they are spared once, not twice`() {
        var state = Self.state
        state.memory.confirm(through: Self.newest)
        state.memory.byteCountMax = 1000
        for _ in 0..<20 {
            for place in 0..<3 { state.memory.used(place) }
            state.makeRoom(visitMax: 1)
        }
        #expect(Self.windows(state) == [0, 0, 0])
        #expect(state.memory.byteCount == 0)
        #expect(!state.memory.isFull)
    }

    @Test func `with more room allowed, memory is full no longer`() {
        var state = Self.state
        state.makeRoom(visitMax: 100)
        #expect(state.memory.isFull)
        state.memory.byteCountMax = .max
        #expect(!state.memory.isFull)
    }

    @Test func `a chat that ends gives its room back`() {
        var state = Self.state
        let before = state.memory.byteCount
        state.apply(.deleted(by: .anna), to: Self.chats[0], mark: nil, at: Self.newest.next)
        #expect(state.memory.byteCount < before)
        #expect(state.memory.byteCount == state.allChats.reduce(0) { $0 + $1.log.byteCount })
        state.memory.confirm(through: Self.newest)
        state.memory.byteCountMax = 0
        state.makeRoom(visitMax: 100)
        #expect(state.memory.byteCount == 0)
        state.makeRoom(visitMax: 100)
        #expect(!state.memory.isFull)
    }

    @Test func `confirmations do not go back`() {
        var memory = MessageMemory()
        memory.confirm(through: 5)
        memory.confirm(through: 3)
        #expect(memory.confirmed == 5)
        #expect(memory.droppableThrough == 5)
    }

    @Test func `a shard without chats has room`() {
        var state = ShardState(index: 0, of: 1)
        state.memory.byteCountMax = 0
        state.makeRoom(visitMax: 100)
        #expect(!state.memory.isFull)
    }
}
