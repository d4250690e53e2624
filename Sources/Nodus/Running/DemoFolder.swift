import Glibc

/// Keeps demos and real histories apart: anybody may enter a demo as its people, so its data folder
/// has a mark, without which it is no demo and with which it is nothing else.
struct DemoFolder {
    static let markName = "demo"

    private let dataFolder: String

    init(_ dataFolder: String) { self.dataFolder = dataFolder }

    private var mark: String { "\(self.dataFolder)/\(Self.markName)" }

    var isMarked: Bool { access(self.mark, F_OK) == 0 }

    /// - Throws: where the folder is a demo's and none is wanted, or the other way round.
    func check(isDemo: Bool, store: StoreChoice) throws {
        if isDemo, case .postgres = store {
            throw Stop("A demo keeps its history in its data folder: leave out --database-url.")
        }
        if isDemo, !self.isMarked, access("\(self.dataFolder)/journal", F_OK) == 0 {
            throw Stop(
                "\(self.dataFolder) has a history that is no demo; choose another with --data-dir."
            )
        }
        if !isDemo, self.isMarked {
            throw Stop(
                """
                \(self.dataFolder) was made with --demo, and anybody may enter it as its people. \
                Start it with --demo, or choose another folder with --data-dir.
                """
            )
        }
    }

    /// To be called before anybody is in it.
    func setMark() throws {
        guard !self.isMarked else { return }
        let file = open(self.mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, fsync(file) == 0 else {
            throw Stop("Cannot write \(self.mark): \(String(cString: strerror(errno))).")
        }
        close(file)
    }
}
