/// An account as it lies in memory, read in place: flags, two times, then its texts, each behind its
/// length.
///
/// No file has it: what it looks like may change from one version to the next.
struct PackedAccount {
    private enum Flag {
        static let hasAvatar: UInt8 = 1
        static let wasSeen: UInt8 = 2
    }

    private enum Place {
        static let flags = 0
        static let createdAt = 1
        static let lastSeen = 9
        static let texts = 17
    }

    private let bytes: UnsafeBufferPointer<UInt8>

    /// - Precondition: the bytes come from `bytes(of:)`, or there are none.
    /// - Returns: nil where there are none.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !bytes.isEmpty else { return nil }
        self.bytes = bytes
    }

    static func bytes(of account: DirectoryState.Account) -> [UInt8] {
        let user = account.user
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(
            (user.avatarURL == nil ? 0 : Flag.hasAvatar)
                | (account.lastSeen == nil ? 0 : Flag.wasSeen)
        )
        Self.append(user.createdAt, to: &bytes)
        Self.append(account.lastSeen ?? user.createdAt, to: &bytes)
        Self.append(user.email, to: &bytes)
        Self.append(user.displayName, to: &bytes)
        Self.append(user.tag, to: &bytes)
        Self.append(user.passwordHash, to: &bytes)
        if let url = user.avatarURL { Self.append(url, to: &bytes) }
        return bytes
    }

    func account(of id: UserID) -> DirectoryState.Account {
        var texts = self.texts
        let (email, name, tag, hash) = (texts.next(), texts.next(), texts.next(), texts.next())
        let user = User(
            id: id,
            email: email,
            displayName: name,
            tag: tag,
            avatarURL: self.bytes[Place.flags] & Flag.hasAvatar == 0 ? nil : texts.next(),
            createdAt: self.time(at: Place.createdAt),
            passwordHash: hash
        )
        return DirectoryState.Account(user: user, lastSeen: self.lastSeen)
    }

    var email: String {
        var texts = self.texts
        return texts.next()
    }

    var tag: String {
        var texts = self.texts
        texts.skip()
        texts.skip()
        return texts.next()
    }

    var lastSeen: Timestamp? {
        self.bytes[Place.flags] & Flag.wasSeen == 0 ? nil : self.time(at: Place.lastSeen)
    }

    private var texts: Texts { Texts(rest: self.bytes[Place.texts...]) }

    private func time(at place: Int) -> Timestamp {
        let bytes = UnsafeRawBufferPointer(self.bytes)
        return Timestamp(microseconds: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
    }

    private static func append(_ time: Timestamp, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: time.microseconds) { bytes.append(contentsOf: $0) }
    }

    /// The length goes in groups of seven bits, the lowest first: one byte, for nearly all texts.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        var length = text.utf8.count
        while length >= 0x80 {
            bytes.append(UInt8(length & 0x7f) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        bytes.append(contentsOf: text.utf8)
    }
}

extension PackedAccount {
    /// The texts that are yet to be read.
    private struct Texts {
        var rest: Slice<UnsafeBufferPointer<UInt8>>

        mutating func next() -> String {
            let length = self.length()
            let text = String(decoding: self.rest.prefix(length), as: UTF8.self)
            self.rest = self.rest.dropFirst(length)
            return text
        }

        mutating func skip() {
            let length = self.length()
            self.rest = self.rest.dropFirst(length)
        }

        private mutating func length() -> Int {
            var length = 0
            var shift = 0
            while let byte = self.rest.popFirst() {
                length |= Int(byte & 0x7f) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            return length
        }
    }
}
