import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct TokenTests {
    let ann: Person

    init() throws {
        self.ann = try Cast().ann
    }

    private func me(_ authorization: String) throws -> HTTPAnswer {
        let headers = [("Authorization", authorization)]
        return try self.ann.client.send("GET", "/api/v1/users/me", headers: headers)
    }

    @Test func `without a token there is no answer`() throws {
        let answer = try self.ann.client.send("GET", "/api/v1/users/me")
        expect(answer, 401, "Missing token")
        #expect(answer.header("WWW-Authenticate") == "Bearer")
        expect(try self.me("Basic YTpi"), 401, "Missing token")
        expect(try self.me("Bearer"), 401, "Missing token")
    }

    @Test func `the scheme is read in any case`() throws {
        expect(try self.me("bearer \(self.ann.accessToken)"), 200)
    }

    @Test(arguments: ["x", "a.b.c", "..", "🔑", "e30.e30.e30", "null"])
    func `garbage is an invalid token`(token: String) throws {
        expect(try self.me("Bearer \(token)"), 401, "Invalid token")
    }

    @Test func `a refresh token is no access token`() throws {
        expect(try self.me("Bearer \(self.ann.refreshToken)"), 401, "Invalid token")
    }

    @Test func `a token whose bytes were changed is invalid`() throws {
        let parts = self.ann.accessToken.split(separator: ".").map(String.init)
        let other = try Cast().eve.accessToken.split(separator: ".").map(String.init)
        let none = Data(#"{"alg":"none","typ":"JWT"}"#.utf8).base64EncodedString()
            .replacingOccurrences(of: "=", with: "")
        let forged = [
            "\(parts[0]).\(other[1]).\(parts[2])", "\(parts[0]).\(parts[1]).\(other[2])",
            "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "\(parts[0]).\(parts[1]).",
            "\(parts[0]).\(parts[1])", "\(self.ann.accessToken).x", "\(self.ann.accessToken)=",
        ]
        for token in forged { expect(try self.me("Bearer \(token)"), 401, "Invalid token") }
    }

    @Test func `a token of another server is invalid`() throws {
        let stranger = try Person("Ann", on: ServerProcess.small())
        expect(try self.me("Bearer \(stranger.accessToken)"), 401, "Invalid token")
    }
}
