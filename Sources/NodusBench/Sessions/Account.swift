/// The account that a person of the log has, known from his number alone.
///
/// Not from the nick: case matters in nicks and not in mail addresses, and some begin with what no
/// address begins with.
struct Account {
    let number: Int
    let mail: String
    let nick: String

    static let password = "a-line-of-the-log-7"
    private static let displayNameCodePointsMax = 255

    static func replayMail(of number: Int) -> String { "u\(number)@replay.example.com" }

    /// The nick where a server can take it.
    var displayName: String {
        let count = self.nick.unicodeScalars.count
        let isFit = count >= 1 && count <= Self.displayNameCodePointsMax
        return isFit ? self.nick : "u\(self.number)"
    }

    var registration: Request {
        var body = Array("{\"email\":\"\(self.mail)\",\"password\":\"\(Self.password)\"".utf8)
        body += Array(",\"display_name\":".utf8) + JSONText.quoted(self.displayName)
        body.append(0x7d)
        return Request(method: .post, path: "/auth/register", body: body)
    }

    var login: Request {
        let body = "{\"email\":\"\(self.mail)\",\"password\":\"\(Self.password)\"}"
        return Request(method: .post, path: "/auth/login", body: Array(body.utf8))
    }
}
