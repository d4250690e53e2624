/// A chat of people who are made up, and what they have said.
///
/// People are named by their places in `DemoPerson.all`.
struct DemoChat: Sendable {
    /// nil for a direct chat.
    let title: String?
    /// The first one made it.
    let members: [Int]
    let lines: [Line]
    /// Who has not read the last lines.
    var absent: [Int] = []

    static let unreadCount = 2

    struct Line: Sendable {
        let author: Int
        /// How long before the demo was made.
        let age: Duration
        let text: String
        /// The line that it answers, counted from the first.
        var answers: Int?
        var reactions: [(emoji: String, by: Int)] = []
        /// What it said before it was edited.
        var draft: String?
        var isDeleted = false
    }
}
