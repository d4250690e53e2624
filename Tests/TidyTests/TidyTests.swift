import Foundation
import Testing

/// What neither the compiler nor the formatter can see in the tree.
@Suite struct TidyTests {
    /// What each of our targets may import of ours.
    static let mayImport: [String: Set<String>] = [
        "Shards": [],
        "Persistence": ["Shards", "CCRC32C", "CLZ4", "CLibpq", "CMalloc", "CScheduler"],
        "Net": ["Shards", "CLibcrypt", "CSodium"],
        "Nodus": ["Shards", "Persistence", "Net"],
        "NodusBench": ["Shards", "CEpoll", "CScheduler"],
        "NodusCosts": ["Shards", "Persistence", "Net"],
    ]
    /// What the heart may import of others: no I/O, no event loops, no clock.
    static let mayImportInShards: Set<String> = ["DequeModule"]

    static let sources = SourceFile.all(below: "Sources")

    @Test func `the tree is found`() {
        #expect(Self.sources.count > 50)
    }

    @Test(arguments: Self.sources) func `a target imports only what the architecture allows`(
        file: SourceFile
    ) throws {
        let ours = Set(Self.mayImport.keys).union(Self.mayImport.values.joined())
        let allowed = try #require(Self.mayImport[file.target], "unknown target \(file.target)")
        for module in file.imports where ours.contains(module) {
            #expect(allowed.contains(module), "\(file.path) must not import \(module)")
        }
        guard file.target == "Shards" else { return }
        for module in file.imports {
            let isAllowed = Self.mayImportInShards.contains(module)
            #expect(isAllowed, "\(file.path) must not import \(module)")
        }
    }

    @Test(arguments: Self.sources) func `unchecked sendability says why`(file: SourceFile) {
        for (index, line) in file.lines.enumerated()
        where line.contains("@unchecked Sendable") && !line.contains("//") {
            let above = index > 0 ? file.lines[index - 1] : ""
            #expect(above.contains("//"), "\(file.path):\(index + 1)")
        }
    }

    @Test(arguments: Self.sources) func `what is put off names its decision`(file: SourceFile) {
        for (index, line) in file.lines.enumerated() where line.contains("TODO") {
            #expect(line.contains("ADR"), "\(file.path):\(index + 1)")
        }
    }

    @Test(arguments: Self.sources) func `nothing is public, because nothing outside compiles us`(
        file: SourceFile
    ) {
        for (index, line) in file.lines.enumerated() {
            #expect(!line.hasPrefix("public "), "\(file.path):\(index + 1)")
        }
    }

    @Test func `folders are named for what they hold`() {
        let vague: Set<String> = ["Utils", "Helpers", "Common", "Manager", "Misc", "Models"]
        for file in Self.sources {
            let folders = Set(file.path.split(separator: "/").map(String.init))
            #expect(folders.isDisjoint(with: vague), "\(file.path)")
        }
    }

    /// Lists, and does not judge: ideas waiting to be split.
    @Test func `long files and functions are listed`() {
        for file in Self.sources {
            if file.lines.count > 400 { print("over 400 lines: \(file.path)") }
            for function in file.functions where function.count > 70 {
                print("over 70 lines: \(file.path):\(function.lowerBound + 1)")
            }
        }
    }
}
