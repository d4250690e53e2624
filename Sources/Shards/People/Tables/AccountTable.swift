/// Everybody's account by their id, each packed into a row of bytes.
///
/// As a `User` with five strings an account has five blocks of memory, and takes 600 bytes; packed
/// it takes 200. It is unpacked where somebody is shown, signs in or changes something; no page of
/// messages needs it.
package struct AccountTable: Sendable {
    private var rows = RowPages<UInt8>()

    package init() {}

    /// One more than the highest id that there is a place for.
    package var count: Int { self.rows.count }

    package func contains(_ user: UserID) -> Bool {
        let place = Int(user.rawValue)
        return place < self.rows.count && self.rows.length(of: place) > 0
    }

    package subscript(user: UserID) -> DirectoryState.Account? {
        self.read(user) { $0.account(of: user) }
    }

    package func email(of user: UserID) -> String? { self.read(user, \.email) }
    package func tag(of user: UserID) -> String? { self.read(user, \.tag) }
    package func lastSeen(of user: UserID) -> Timestamp? { self.read(user, \.lastSeen) ?? nil }

    package mutating func put(_ account: DirectoryState.Account) {
        let place = Int(account.user.id.rawValue)
        let row = PackedAccount.bytes(of: account)
        self.rows.grow(to: place)
        if place == self.rows.count {
            self.rows.append(row)
        } else {
            self.rows.replace(0..<self.rows.length(of: place), of: place, with: row)
        }
    }

    /// Makes places for ids that nobody has.
    package mutating func grow(to count: Int) { self.rows.grow(to: count) }

    /// The rows of these places, which share their memory, and whose is the first of them.
    package func pages(of places: Range<Int>) -> (rows: RowPages<UInt8>, first: Int) {
        self.rows.pages(of: places)
    }

    private func read<Value>(_ user: UserID, _ read: (PackedAccount) -> Value) -> Value? {
        let place = Int(user.rawValue)
        guard place < self.rows.count else { return nil }
        return self.rows.withRow(place) { PackedAccount($0).map(read) }
    }
}
