/// The accounts of some ids that follow each other, as they were when a snapshot took them.
///
/// Shares their memory with the Directory's until they change, and unpacks them where it is read:
/// on the snapshot's thread.
package struct AccountStretch: Sequence, Sendable {
    private let rows: RowPages<UInt8>
    /// Whose row is the first of these.
    private let first: Int
    private let places: Range<Int>

    init(of table: AccountTable, places: Range<Int>) {
        (self.rows, self.first) = table.pages(of: places)
        self.places = places
    }

    package func makeIterator() -> some IteratorProtocol<DirectoryState.Account> {
        self.places.lazy.compactMap { place in
            self.rows.withRow(place - self.first) { bytes in
                PackedAccount(bytes)?.account(of: UserID(rawValue: UInt32(place)))
            }
        }
        .makeIterator()
    }
}
