import ArgumentParser
import CScheduler
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

struct FloorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floor",
        abstract: "Serves fixed bytes through a bare NIO handler: the floor that pages stand on.",
        discussion: """
            Answers every request with the same response, with as many bytes in its head as the \
            server's own. Prints one line when it is ready, and runs until it is killed.
            """
    )

    @Option(help: "The port to listen on, on 127.0.0.1; 0 takes any.")
    var port = 0

    @Option(help: "The file whose bytes are the body.")
    var bodyFile: String?

    @Option(help: "The size of a body of no meaning, where there is no file.")
    var bodyBytes = 13_800

    @Option(help: "Event loops. (default: one a core)")
    var loops: Int?

    func validate() throws {
        guard 0...65_535 ~= self.port, 0...64 << 20 ~= self.bodyBytes, 1...1024 ~= self.loopCount
        else { throw ValidationError("--port, --body-bytes or --loops is out of range.") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let body =
            try self.bodyFile.map { ByteBuffer(bytes: try Data(contentsOf: URL(filePath: $0))) }
            ?? ByteBuffer(repeating: UInt8(ascii: "x"), count: self.bodyBytes)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: self.loopCount)
        // As our server's.
        for loop in group.makeIterator() { loop.execute { nodus_set_time_slice(100_000) } }
        let channel = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(FixedAnswer(body))
                }
            }
            .bind(host: "127.0.0.1", port: self.port).wait()
        print("The floor is ready on http://127.0.0.1:\(channel.localAddress?.port ?? self.port)")
        fflush(nil)
        try channel.closeFuture.wait()
    }

    private var loopCount: Int { self.loops ?? ProcessInfo.processInfo.activeProcessorCount }
}
