import NIOCore
import NIOHTTP1
import NIOWebSocket
import Shards

/// The opening handshake of RFC 6455 §4.2, and the change of the connection's handlers.
///
/// A token that is no good does not fail the handshake: browsers hide its status from scripts, so
/// the socket opens and closes with 1008.
struct WebSocketUpgrade {
    let server: Server
    let loop: Loop
    let address: String

    private struct Refusal: Error {
        let status: Int
        let detail: String
        var headers: [ResponseHeader] = []
    }

    static func isAsked(by head: HTTPRequestHead, _ fields: RequestFields) -> Bool {
        head.method == .GET && fields.upgrade?.lowercased() == "websocket"
    }

    func perform(
        _ head: HTTPRequestHead,
        from connection: HTTPConnection,
        in context: ChannelHandlerContext
    ) {
        let target: RequestTarget
        do {
            target = try self.check(head)
        } catch {
            return connection.refuseAndClose(error.status, error.detail, headers: error.headers)
        }
        let offer = Offer(head.headers, query: target.query)
        let chosen = offer.protocolToEcho.map { [("sec-websocket-protocol", $0)] }
        let added = HTTPHeaders(chosen ?? [])
        // The package computes and checks what the handshake's headers say.
        NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(added) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        .buildUpgradeResponse(
            channel: context.channel,
            upgradeRequest: head,
            initialResponseHeaders: HTTPHeaders()
        )
        .assumeIsolated()
        .whenComplete { result in
            switch result {
            case .success(let headers):
                let since = ResumePoint(target.query)
                self.open(headers, offer: offer, since: since, from: connection, in: context)
            case .failure:
                connection.refuseAndClose(400, "Malformed WebSocket handshake")
            }
        }
    }

    private func check(_ head: HTTPRequestHead) throws(Refusal) -> RequestTarget {
        let target: RequestTarget
        do throws(RequestTarget.Failure) {
            target = try RequestTarget(head.uri)
        } catch {
            throw Refusal(status: 400, detail: "Malformed path")
        }
        guard target.segments == ["ws"] else { throw Refusal(status: 404, detail: "Not found") }
        let options = head.headers[canonicalForm: "connection"]
        guard options.contains(where: { $0.lowercased() == "upgrade" }) else {
            throw Refusal(status: 400, detail: "Connection: Upgrade is needed")
        }
        guard head.headers.first(name: "sec-websocket-version") == "13" else {
            throw Refusal(
                status: 426,
                detail: "WebSocket version 13 is needed",
                headers: [.field("Sec-WebSocket-Version", "13")]
            )
        }
        let key = head.headers.first(name: "sec-websocket-key") ?? ""
        guard key.utf8.count == 24, key.hasSuffix("==") else {
            throw Refusal(status: 400, detail: "Malformed Sec-WebSocket-Key")
        }
        if let origin = head.headers.first(name: "origin") {
            guard self.isTrusted(origin, host: head.headers.first(name: "host")) else {
                throw Refusal(status: 403, detail: "Origin not allowed")
            }
        }
        return target
    }

    private func isTrusted(_ origin: String, host: String?) -> Bool {
        if self.server.settings.cors.allows(origin) { return true }
        guard let host else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    private func open(
        _ headers: HTTPHeaders,
        offer: Offer,
        since: ResumePoint?,
        from connection: HTTPConnection,
        in context: ChannelHandlerContext
    ) {
        var bytes = ByteBuffer(string: "HTTP/1.1 101 Switching Protocols\r\n")
        for header in headers { bytes.writeString("\(header.name): \(header.value)\r\n") }
        bytes.writeString("\r\n")
        let token = offer.token.flatMap { self.server.verify($0, on: self.loop) }
        let socket = Socket(
            server: self.server,
            loop: self.loop,
            address: self.address,
            token: token,
            since: since
        )
        let pipeline = context.pipeline.syncOperations
        context.writeAndFlush(NIOAny(bytes), promise: nil)
        do {
            try pipeline.addHandler(socket)
            let http = try pipeline.context(
                handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self
            )
            pipeline.removeHandler(connection, promise: nil)
            // Leaves last: bytes behind the handshake go to the handlers that follow it.
            pipeline.removeHandler(context: http, promise: nil)
            socket.start()
        } catch {
            context.close(promise: nil)
        }
    }
}

extension WebSocketUpgrade {
    /// Where the client put its token.
    private struct Offer {
        var token: String?
        /// Browsers demand that one of the protocols they offered comes back.
        var protocolToEcho: String?

        init(_ headers: HTTPHeaders, query: [(String, String)]) {
            self.token = query.first { $0.0 == "token" }?.1
            if self.token == nil, let value = headers.first(name: "authorization") {
                self.token = Self.bearer(value)
            }
            let offered = headers[canonicalForm: "sec-websocket-protocol"].map(String.init)
            let offeredToken = offered.first { $0.count { $0 == "." } == 2 }
            if self.token == nil { self.token = offeredToken }
            self.protocolToEcho = offered.first { $0 != offeredToken } ?? offeredToken
        }

        private static func bearer(_ value: String) -> String? {
            guard value.lowercased().hasPrefix("bearer ") else { return nil }
            return String(value.dropFirst(7))
        }
    }
}
