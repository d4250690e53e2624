import Foundation

/// Refresh tokens in a file, a line a person: his number, a space, the token.
struct SessionsFile {
    let path: String

    /// Does nothing where there is no such file yet.
    func load(into sessions: Sessions) throws {
        guard FileManager.default.fileExists(atPath: self.path) else { return }
        let text = try String(contentsOfFile: self.path, encoding: .utf8)
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let person = Int(parts[0]) else {
                throw Failure("\(self.path) is no file of sessions: \(line)")
            }
            sessions.restore(String(parts[1]), of: person)
        }
    }

    func save(_ sessions: Sessions) {
        let lines = (0..<sessions.count).compactMap { person in
            sessions.refreshToken(of: person).map { "\(person) \($0)\n" }
        }
        let isSaved = FileManager.default.createFile(
            atPath: self.path,
            contents: Data(lines.joined().utf8),
            attributes: [.posixPermissions: 0o600]
        )
        if !isSaved { print("the sessions could not be kept in \(self.path)") }
    }
}
