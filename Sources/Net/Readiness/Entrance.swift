package import NIOCore

/// What connections come in through: to a server, or before there is one to `StartingConnection`.
///
/// So the port answers while the journal is read back. Who comes in later does not pay for it: what
/// is asked is once a connection, on its own loop, without a lock.
package final class Entrance: Sendable {
    /// One loop's part of the entrance.
    // @unchecked Sendable because `room` is touched on `eventLoop` only.
    final class Door: @unchecked Sendable {
        let eventLoop: any EventLoop
        let readiness: Readiness
        let cors: CORSPolicy
        /// What the door leads to; nil while the server is starting.
        fileprivate(set) var room: (server: Server, loop: Loop)?

        fileprivate init(_ eventLoop: any EventLoop, readiness: Readiness, cors: CORSPolicy) {
            self.eventLoop = eventLoop
            self.readiness = readiness
            self.cors = cors
        }
    }

    private let doors: [ObjectIdentifier: Door]

    /// `eventLoops` are all of the group that accepts connections.
    package init(eventLoops: [any EventLoop], readiness: Readiness, cors: CORSPolicy) {
        self.doors = Dictionary(
            uniqueKeysWithValues: eventLoops.map {
                (ObjectIdentifier($0), Door($0, readiness: readiness, cors: cors))
            }
        )
    }

    /// Lets everybody in, those too who are connected already; returns when every loop does.
    package func open(to server: Server) async {
        for loop in server.loops {
            let door = self.door(on: loop.eventLoop)
            try? await loop.eventLoop.submit { door.room = (server, loop) }.get()
        }
    }

    func door(on eventLoop: any EventLoop) -> Door {
        guard let door = self.doors[ObjectIdentifier(eventLoop)] else {
            preconditionFailure("every loop of the group has a door")
        }
        return door
    }
}
