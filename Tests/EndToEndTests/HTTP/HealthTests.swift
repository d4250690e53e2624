import TestSupport
import Testing

@Suite(.blocking) struct HealthTests {
    @Test func `a server that has started is ready, and says so to anybody`() throws {
        let client = HTTPClient(try SharedServer.get())
        expect(try client.send("GET", "/health"), 200)
        #expect(try client.send("GET", "/health").json == ["status": "ok"])
        let answer = try client.send("GET", "/health/ready")
        expect(answer, 200)
        #expect(answer.json["status"] == "ready")
        let keys = ["status", "backlog_events", "lag_seconds", "database", "last_error"]
        #expect(answer.json.keys == Set(keys))
        #expect(answer.json["backlog_events"].int != nil)
        let head = try client.send("HEAD", "/health/ready")
        #expect(head.status == 200 && head.body.isEmpty)
        expect(try client.send("POST", "/health/ready"), 405, "Method Not Allowed")
        expect(try client.send("GET", "/health/ready/"), 404, "Not Found")
    }

    @Test func `after a restart it is ready again, with what was written`() throws {
        let server = try ServerProcess.small()
        let ann = try Person("Ann", on: server)
        let chat = try ann.makeGroup()
        try ann.say("hello", in: chat)
        try server.kill()
        try server.restart()
        #expect(try HTTPClient(server).send("GET", "/health/ready").json["status"] == "ready")
        #expect(try ann.page(of: chat).count == 1)
    }
}
