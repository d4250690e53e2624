import ArgumentParser

/// Which server it is.
enum FanoutProtocol: String, ExpressibleByArgument, CaseIterable, Encodable {
    case nodus
    case nats
    case mqtt
}

/// How messages of ours are sent.
enum SendTransport: String, ExpressibleByArgument, CaseIterable, Encodable {
    case http
    case socket
}
