import Foundation

/// Reads a corpus from JSON lines, packed with gzip or plain.
enum CorpusFile {
    static func read(_ path: String, limits: CorpusBuilder.Limits) throws -> Corpus {
        let bytes = path.hasSuffix(".gz") ? try Self.unpacked(path) : try Self.plain(path)
        var builder = CorpusBuilder(limits: limits)
        let decoder = JSONDecoder()
        for (number, text) in bytes.split(separator: 0x0a).enumerated() {
            do {
                builder.add(try decoder.decode(CorpusBuilder.Line.self, from: text))
            } catch {
                throw Failure("\(path), line \(number + 1): \(error)")
            }
        }
        let corpus = builder.finished()
        guard !corpus.chats.isEmpty else { throw Failure("\(path) holds no messages") }
        return corpus
    }

    private static func plain(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }

    private static func unpacked(_ path: String) throws -> Data {
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", "--", path]
        let output = Pipe()
        gzip.standardOutput = output
        try gzip.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        gzip.waitUntilExit()
        guard gzip.terminationStatus == 0 else { throw Failure("gzip cannot read \(path)") }
        return bytes
    }
}
