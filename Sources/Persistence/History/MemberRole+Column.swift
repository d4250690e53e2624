import Shards

extension Member.Role {
    /// As in the column `role`.
    var text: String {
        switch self {
        case .member: "member"
        case .admin: "admin"
        }
    }

    /// Older databases may hold anything; only an admin may do more than a member.
    init(text: String) { self = text == "admin" ? .admin : .member }
}
