import Glibc
import Net

/// Where the web client is looked for.
enum WebPlace {
    /// In no other folder than ours, whatever else lies beside the program.
    private static let witness = "client/nodus.js"

    /// - Returns: nil where none was chosen and none is there, or where `off` was chosen.
    static func folder(chosen: String?) -> String? {
        if let chosen { return chosen == "off" ? nil : chosen }
        guard let program = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(program) }
        let parents = String(cString: program).split(separator: "/").dropLast()
        var places = [
            "/" + parents.joined(separator: "/") + "/Web",
            "/" + parents.dropLast().joined(separator: "/") + "/share/nodus/Web",
        ]
        if let build = parents.firstIndex(where: { $0.hasPrefix(".build") }) {
            places.append("/" + parents[..<build].joined(separator: "/") + "/Web")
        }
        return places.first { access("\($0)/\(Self.witness)", R_OK) == 0 }
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
