import Shards

/// What the files of a journal's folder are called.
struct JournalFolder: Sendable {
    let path: String

    var lock: String { self.path + "/lock" }

    func segment(_ first: Position) -> String {
        let digits = String(first.rawValue)
        let zeros = String(repeating: "0", count: Self.digitsCount - digits.count)
        return "\(self.path)/journal-\(zeros)\(digits).log"
    }

    /// Where a segment is written anew before it takes its place.
    func rewriting(_ first: Position) -> String { self.segment(first) + Self.rewritingSuffix }

    /// Where a repair puts what it takes out of a segment's place. `number` is 1 for the first repair.
    func setAside(_ first: Position, _ number: Int) -> String {
        let infix = number > 1 ? ".\(number)" : ""
        return self.segment(first) + infix + Self.setAsideSuffix
    }

    /// Zeros on their way.
    func filling(_ number: Int) -> String { "\(self.path)/reserve-\(number)\(Self.fillingSuffix)" }

    /// Zeros that are on the disk.
    func reserve(_ number: Int) -> String { "\(self.path)/reserve-\(number)\(Self.readySuffix)" }

    private static let digitsCount = 20
    static let rewritingSuffix = ".tmp"
    private static let setAsideSuffix = ".damaged"
    private static let fillingSuffix = ".filling"
    private static let readySuffix = ".ready"

    enum Content: Hashable {
        case segment(Position)
        case reserve(Int)
        /// Was being made when the process ended; nothing depends on it.
        case unfinished
        /// By a repair, for people: nothing reads it.
        case setAside
        case lock
        case unknown
    }

    static func content(of name: String) -> Content {
        if name == "lock" { return .lock }
        if let rest = name.dropping(prefix: "journal-") {
            if let digits = rest.dropping(suffix: ".log"), let first = Self.position(digits) {
                return .segment(first)
            }
            if rest.hasSuffix(Self.setAsideSuffix) { return .setAside }
            let isUnfinished =
                rest.hasSuffix(".log" + Self.rewritingSuffix)
                || rest.hasSuffix(Self.setAsideSuffix + Self.rewritingSuffix)
            return isUnfinished ? .unfinished : .unknown
        }
        if let rest = name.dropping(prefix: "reserve-") {
            if rest.hasSuffix(Self.fillingSuffix) { return .unfinished }
            return rest.dropping(suffix: Self.readySuffix).flatMap { Int($0) }.map { .reserve($0) }
                ?? .unknown
        }
        return .unknown
    }

    /// The first positions of all segments among the names, in order.
    static func firsts(in names: [String]) -> [Position] {
        names.compactMap { name in
            if case .segment(let first) = Self.content(of: name) { first } else { nil }
        }.sorted()
    }

    private static func position(_ digits: Substring) -> Position? {
        guard digits.utf8.count == Self.digitsCount, digits.utf8.allSatisfy({ 48...57 ~= $0 })
        else { return nil }
        return UInt64(digits).map(Position.init(rawValue:))
    }
}

extension StringProtocol {
    fileprivate func dropping(prefix: String) -> Substring? {
        self.hasPrefix(prefix) ? Substring(self.dropFirst(prefix.count)) : nil
    }

    fileprivate func dropping(suffix: String) -> Substring? {
        self.hasSuffix(suffix) ? Substring(self.dropLast(suffix.count)) : nil
    }
}
