import Foundation
import TestSupport

/// One device that follows the events, and connects again after every cut and now and then without.
struct Reader {
    private let world: CrashWorld
    private let place: Int
    private var random: SeededRandom
    private let decoder = JSONDecoder()

    init(_ world: CrashWorld, place: Int, seed: UInt64) {
        self.world = world
        self.place = place
        self.random = SeededRandom(seed: seed)
    }

    mutating func work() throws {
        while self.world.gate.enterReader() {
            defer { self.world.gate.leaveReader() }
            do {
                try self.follow(frameCountMax: Int.random(in: 20..<2000, using: &self.random))
            } catch let error as WaitError {
                if case .malformed = error { throw error }
                // Cut off.
            }
        }
    }

    private func follow(frameCountMax: Int) throws {
        let socket = try WebSocketClient(self.world.server, token: self.world.token(of: self.place))
        guard socket.handshake.status == 101 else {
            throw WaitError.malformed("handshake: \(socket.handshake)")
        }
        let connection = self.world.nextConnection()
        for _ in 0..<frameCountMax {
            let frame = try socket.nextFrame()
            switch WebSocketFrame.Opcode(rawValue: frame.opcode) {
            case .text:
                let event = try self.decoder.decode(ServerFrame.self, from: Data(frame.payload))
                self.world.log.add(.heard(HeardFrame(connection: connection, frame: event)))
            case .ping: try socket.send(WebSocketFrame(.pong, frame.payload))
            case .close
            where frame.closeCode == 1008 && self.world.tolerance.contains(.expiredTokens):
                return self.world.signIn(self.place)
            case .close where self.world.tolerance.mayClose(frame.closeCode): return
            default:
                throw WaitError.malformed("opcode \(frame.opcode), code \(frame.closeCode ?? 0)")
            }
        }
        socket.drop()
    }
}
