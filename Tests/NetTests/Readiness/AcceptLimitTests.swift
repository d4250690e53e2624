import TestSupport
import Testing

/// More connections than the server takes at once.
@Suite struct AcceptLimitTests {
    @Test func `who comes when all places are taken waits until somebody leaves`() async throws {
        let server = try await InProcessServer(connectionsMax: 2)
        await server.open()
        let clients = (0..<3).map { _ in HTTPClient(port: server.port) }
        for client in clients.prefix(2) {
            #expect(try client.send("GET", "/health").status == 200)
        }
        let late = clients[2]
        late.timeout = .milliseconds(200)
        try late.write("GET", "/health")
        #expect(throws: WaitError.timedOut(waitingFor: "an answer")) { try late.readAnswer() }
        for round in 0..<3 {
            clients[round % 2].close()
            late.timeout = .seconds(20)
            #expect(try late.readAnswer().status == 200)
            late.close()
            #expect(try clients[round % 2].send("GET", "/health").status == 200)
            try late.write("GET", "/health")
        }
        for client in clients { client.close() }
        try await server.stop()
    }
}
