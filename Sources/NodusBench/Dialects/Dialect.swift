/// What a server and its clients say to each other inside of frames.
///
/// Everybody gets the same payload, which holds the message's number where `MessageNumber` finds
/// it; so one reader counts and checks for all of them.
protocol Dialect: AnyObject {
    var opening: Opening { get }
    /// Whether what is said is a stream of bytes, of which frames are pieces.
    var isByteStream: Bool { get }

    /// What a client says first, once the stream is open.
    func greeting() -> [UInt8]

    /// Adds what makes the server hand a message to all.
    func append(_ number: Int, to output: inout [UInt8])

    /// Returns how many bytes are done with: what is left comes again, with more behind it.
    func read(
        _ bytes: UnsafeRawBufferPointer,
        _ hear: (Heard) throws -> Void
    ) throws -> Int
}

/// What a server says to a client.
enum Heard {
    /// From now on the client gets every message.
    case ready
    /// Where the server has positions: the one of this message.
    case message(number: Int, position: UInt64?)
    /// The server took a message.
    case accepted
    /// The server wants to hear this.
    case question(answer: [UInt8])
}
