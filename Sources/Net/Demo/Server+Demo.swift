import Shards

/// Fills a new server with people and chats that are made up, in the way of everything else that
/// people do, but at times gone by.
extension Server {
    /// Does nothing where somebody has an account already. Call it before requests come in.
    package func fillWithDemo() async throws {
        guard await !self.directory.areKnown([UserID(rawValue: 1)]) else { return }
        let now = Clocks.now
        var people: [UserID] = []
        for person in DemoPerson.all {
            people.append(try await self.register(person, at: now.advanced(by: .seconds(-864_000))))
        }
        for chat in DemoChats.all {
            try await self.hold(chat, people, now)
        }
    }

    private func register(_ person: DemoPerson, at time: Timestamp) async throws -> UserID {
        let draft = User(
            id: UserID(rawValue: 0),
            email: person.email,
            displayName: person.name,
            tag: "",
            avatarURL: nil,
            createdAt: time,
            passwordHash: try await self.hasher.hash(DemoPerson.password)
        )
        // Over before anybody could use it.
        let shown = try await self.directory.register(
            draft,
            session: SessionID(rawValue: TokenSecret.randomUInt64()),
            sessionExpiresAt: time
        )
        return shown.value.user.id
    }

    /// Has everything said in a chat that is made for it.
    private func hold(
        _ demo: DemoChat,
        _ people: [UserID],
        _ now: Timestamp
    ) async throws {
        let members = demo.members.map { people[$0] }
        func time(_ line: DemoChat.Line) -> Timestamp { now.advanced(by: .zero - line.age) }
        let start = demo.lines.first.map(time) ?? now
        let id =
            demo.title == nil
            ? await self.directory.reserveDirect(members[0], members[1], insteadOf: nil)
            : await self.directory.reserveChat(scope: nil, now: start)
        let names = demo.members.map { DemoPerson.all[$0].name }
        let title = demo.title ?? names.joined(separator: " & ")
        let chat = Chat(id: id, title: title, isGroup: demo.title != nil, createdAt: start)
        try await self.perform(.create(chat, members: members), in: id, by: members[0], at: start)
        var ids: [MessageID] = []
        for (index, line) in demo.lines.enumerated() {
            let message = try await self.say(line, answering: ids, in: id, people, at: time(line))
            ids.append(message)
            let readers =
                switch demo.lines.count - 1 - index {
                case 0: demo.members.filter { !demo.absent.contains($0) }
                case DemoChat.unreadCount: demo.absent
                default: [Int]()
                }
            for reader in readers {
                try await self.perform(.markRead, in: id, by: people[reader], at: time(line))
            }
        }
    }

    private func say(
        _ line: DemoChat.Line,
        answering ids: [MessageID],
        in chat: ChatID,
        _ people: [UserID],
        at time: Timestamp
    ) async throws -> MessageID {
        let author = people[line.author]
        let draft = Message.Draft(
            kind: "text",
            content: line.draft ?? line.text,
            payload: nil,
            replyTo: line.answers.map { ids[$0] }
        )
        let effect = try await self.perform(.send(draft), in: chat, by: author, at: time)
        guard case .message(let id) = effect else { throw DemoFailure(refusal: "\(effect)") }
        if line.draft != nil {
            let edit = Message.Edit(content: .set(line.text), payload: .keep)
            try await self.perform(.edit(id, edit), in: chat, by: author, at: time)
        }
        for (emoji, person) in line.reactions {
            let reaction = ChatCommand.react(id, emoji: emoji)
            try await self.perform(reaction, in: chat, by: people[person], at: time)
        }
        if line.isDeleted {
            try await self.perform(.deleteMessage(id), in: chat, by: author, at: time)
        }
        return id
    }

    @discardableResult
    private func perform(
        _ command: ChatCommand,
        in chat: ChatID,
        by user: UserID,
        at time: Timestamp
    ) async throws -> ChatEffect {
        let shard = self.loop(of: chat.slot).shard
        let handled = await shard.handle(command, in: chat, by: user, now: time, answer: nil)
        guard case .done(let shown) = handled, case .success(let effect) = shown.value else {
            throw DemoFailure(refusal: "\(handled)")
        }
        await self.directory.indexed(through: shown.after)
        return effect
    }
}

/// What the server refused of its own demo.
struct DemoFailure: Error {
    let refusal: String
}
