import Glibc
import Net

/// Where the web client is looked for.
enum WebPlace {
    /// How far up from the program its source tree may be.
    private static let parentsMax = 5

    /// - Returns: nil where none was chosen and none is there, or where `off` was chosen.
    static func folder(chosen: String?) -> String? {
        if let chosen { return chosen == "off" ? nil : chosen }
        guard let program = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(program) }
        var parents = String(cString: program).split(separator: "/").dropLast()
        var places = [
            "/" + parents.joined(separator: "/") + "/Web",
            "/" + parents.dropLast().joined(separator: "/") + "/share/nodus/Web",
        ]
        for _ in 0..<Self.parentsMax where !parents.isEmpty {
            parents = parents.dropLast()
            places.append("/" + parents.joined(separator: "/") + "/Web")
        }
        return places.first { access("\($0)/index.html", R_OK) == 0 }
    }
}

extension WebFolder.Failure {
    var sentence: String {
        switch self {
        case .unreadable(let path, let reason): "Cannot read the web client's \(path): \(reason)."
        case .hasNoIndex(let path): "\(path) has no index.html: it is no web client."
        case .tooLarge(let path): "The web client is too large at \(path)."
        }
    }
}
