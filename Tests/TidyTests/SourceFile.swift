import Foundation
import Testing

/// One Swift file of the tree, as the tidy tests look at it.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// From the root of the project.
    let path: String
    let lines: [Substring]

    var testDescription: String { self.path }

    /// The folder below `Sources`.
    var target: String { String(self.path.split(separator: "/").dropFirst().first ?? "") }

    var imports: [String] {
        self.lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
                words[..<index].allSatisfy({ ["package", "@testable", "public"].contains($0) })
            else { return nil }
            return String(words[index + 1])
        }
    }

    /// From each function's first line to its closing brace, which the formatter puts at the same
    /// indentation.
    var functions: [Range<Int>] {
        self.lines.indices.compactMap { start in
            let line = self.lines[start]
            guard line.contains("func ") || line.contains(" init("), !line.contains("//"),
                !line.hasSuffix("}")
            else { return nil }
            let closing = line.prefix { $0 == " " } + "}"
            guard let end = self.lines[start...].firstIndex(of: closing) else { return nil }
            return start..<end + 1
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardized

    /// Every Swift file below a folder of the root.
    static func all(below folder: String) -> [SourceFile] {
        let url = Self.root.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String }
        return (paths ?? []).filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            let file = url.appending(path: path)
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
            return SourceFile(
                path: "\(folder)/\(path)",
                lines: text.split(separator: "\n", omittingEmptySubsequences: false)
            )
        }
    }
}
