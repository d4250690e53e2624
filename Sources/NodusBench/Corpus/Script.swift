/// What has to be asked of a server so that a chat comes about as its log says.
///
/// Who writes without having joined joins first. A new nick is a new person: under a rename the old
/// one leaves and the new one joins. The creator never leaves, whatever the log says, because he
/// alone may add the others.
struct Script: Equatable {
    enum Action: Equatable {
        case add(person: Int, line: Int)
        case leave(person: Int, line: Int)
        /// The message at this place of the log's `messages`.
        case send(message: Int)
    }

    private(set) var actions: [Action] = []

    init(of log: ChatLog) {
        guard let creator = log.creator else { return }
        var members: Set<Int> = [creator]
        for step in log.steps {
            switch step {
            case .message(let index):
                let message = log.messages[index]
                self.add(message.author, at: message.line, to: &members)
                self.actions.append(.send(message: index))
            case .joined(let person, let line):
                self.add(person, at: line, to: &members)
            case .left(let person, let line):
                self.remove(person, at: line, from: &members, unless: creator)
            case .renamed(let person, let other, let line):
                self.remove(person, at: line, from: &members, unless: creator)
                self.add(other, at: line, to: &members)
            }
        }
    }

    /// Everyone who is needed, the creator too.
    static func people(of log: ChatLog) -> Set<Int> {
        var people = Set([log.creator].compactMap(\.self))
        for action in Script(of: log).actions {
            switch action {
            case .add(let person, _), .leave(let person, _): people.insert(person)
            case .send: break
            }
        }
        return people
    }

    /// The place after the send of the message before `message`: where to go on when the first
    /// `message` ones are there.
    func place(after messageCount: Int) -> Int {
        guard messageCount > 0 else { return 0 }
        let last = Action.send(message: messageCount - 1)
        return self.actions.firstIndex(of: last).map { $0 + 1 } ?? self.actions.count
    }

    private mutating func add(_ person: Int, at line: Int, to members: inout Set<Int>) {
        guard members.insert(person).inserted else { return }
        self.actions.append(.add(person: person, line: line))
    }

    private mutating func remove(
        _ person: Int,
        at line: Int,
        from members: inout Set<Int>,
        unless creator: Int
    ) {
        guard person != creator, members.remove(person) != nil else { return }
        self.actions.append(.leave(person: person, line: line))
    }
}
