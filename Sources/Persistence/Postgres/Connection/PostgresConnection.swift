import CLibpq
import Glibc

/// One connection to Postgres, used by one thread at a time.
///
/// Every wait is for the socket (`poll`) and has an end; at that end the connection is closed,
/// since what it is doing is not known. Only the names of hosts are looked up without one.
package final class PostgresConnection {
    package let timeouts: PostgresTimeouts
    private var connection: OpaquePointer?
    private let noticed: Notices

    /// What the server says beside its answers.
    private final class Notices {
        var texts: [String] = []
    }

    /// Notices that are kept until they are taken.
    package static let noticesMax = 1000

    /// Connects to `address`, a URL or a string of keywords as libpq knows them (its manual,
    /// §34.1.1); what it does not say comes from libpq's environment and files.
    package init(
        _ address: String,
        timeouts: PostgresTimeouts = .standard
    ) throws(PostgresError) {
        self.timeouts = timeouts
        self.noticed = Notices()
        try Self.check(address: address)
        self.connection = Self.connect(address, within: timeouts.connect)
        guard PQstatus(self.connection) == CONNECTION_OK else {
            let reason = self.lastMessage
            self.close()
            throw .lost(reason)
        }
        PQsetnonblocking(self.connection, 1)
        self.collectNotices()
        try self.execute(Self.settings(timeouts))
        // Of the settings themselves.
        self.noticed.texts = []
    }

    deinit {
        self.close()
    }

    package var isOpen: Bool { self.connection != nil }

    /// Such as `UTF8`.
    package var serverEncoding: String {
        PQparameterStatus(self.connection, "server_encoding").map { String(cString: $0) } ?? ""
    }

    package var usesTLS: Bool { PQsslInUse(self.connection) == 1 }

    /// The server's process, as in `pg_stat_activity`.
    package var backendProcess: Int32 { PQbackendPID(self.connection) }

    package func takeNotices() -> [String] {
        defer { self.noticed.texts = [] }
        return self.noticed.texts
    }

    package func close() {
        guard let connection = self.connection else { return }
        self.connection = nil
        PQfinish(connection)
    }

    /// - Throws: where it was closed.
    func open() throws(PostgresError) -> OpaquePointer {
        guard let connection = self.connection else { throw .lost("the connection is closed") }
        return connection
    }

    private static func connect(_ address: String, within timeout: Duration) -> OpaquePointer? {
        let seconds = max(2, (timeout.wholeMilliseconds + 999) / 1000)
        // What the address says replaces what stands before it.
        let keywords = [
            "fallback_application_name", "connect_timeout", "dbname", "client_encoding",
        ]
        let values = ["nodus", "\(seconds)", address, "UTF8"]
        let keywordTexts = keywords.map { strdup($0) }
        let valueTexts = values.map { strdup($0) }
        defer { for text in keywordTexts + valueTexts { free(text) } }
        let keywordPointers = keywordTexts.map { UnsafePointer($0) } + [nil]
        let valuePointers = valueTexts.map { UnsafePointer($0) } + [nil]
        return PQconnectdbParams(keywordPointers, valuePointers, 1)
    }

    private static func check(address: String) throws(PostgresError) {
        guard !address.utf8.contains(0) else { throw .malformed("the address holds U+0000") }
        var message: UnsafeMutablePointer<CChar>?
        if let options = PQconninfoParse(address, &message) {
            PQconninfoFree(options)
            return
        }
        defer { PQfreemem(message) }
        let reason = message.map { String(cString: $0) } ?? "no memory"
        throw .malformed("the address cannot be read: \(Self.oneLine(reason))")
    }

    /// The keepalives end a session of ours that waits in the middle of a COPY or a pipeline, where no
    /// timeout runs, when its peer is gone; until then it holds its locks (Postgres 15 manual §20.3.2).
    private static func settings(_ timeouts: PostgresTimeouts) -> String {
        """
        SET timezone = 'UTC'; SET datestyle = 'ISO'; SET standard_conforming_strings = on;
        SET synchronous_commit = on; SET jit = off; SET bytea_output = 'hex';
        SET lock_timeout = \(timeouts.lock.wholeMilliseconds);
        SET statement_timeout = \(timeouts.statement.wholeMilliseconds);
        SET idle_in_transaction_session_timeout = \(timeouts.answer.wholeMilliseconds);
        SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3
        """
    }

    private func collectNotices() {
        let context = Unmanaged.passUnretained(self.noticed).toOpaque()
        _ = PQsetNoticeReceiver(
            self.connection,
            { context, result in
                guard let context, let result, let text = PQresultErrorField(result, 0x4d) else {
                    return
                }
                let notices = Unmanaged<Notices>.fromOpaque(context).takeUnretainedValue()
                guard notices.texts.count < PostgresConnection.noticesMax else { return }
                notices.texts.append(String(cString: text))
            },
            context
        )
    }

    private var lastMessage: String {
        PQerrorMessage(self.connection).map { Self.oneLine(String(cString: $0)) } ?? "no memory"
    }

    /// libpq breaks what it says into lines, and indents some.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline)
            .map { String($0.drop(while: \.isWhitespace)) }
            .joined(separator: "; ")
    }
}

// MARK: - Waiting

extension PostgresConnection {
    /// The time that one call has.
    func deadline() -> PostgresDeadline { PostgresDeadline(after: self.timeouts.answer) }

    /// Sends what is still in libpq's buffer, and takes in what comes meanwhile: the server may
    /// wait for that.
    func flush(until deadline: PostgresDeadline) throws(PostgresError) {
        while true {
            switch PQflush(try self.open()) {
            case 0: return
            case 1: try self.wait(writing: true, until: deadline)
            default: throw self.lost()
            }
        }
    }

    /// The next result of the statement that was sent; nil behind its last.
    func nextResult(until deadline: PostgresDeadline) throws(PostgresError) -> PostgresResult? {
        let connection = try self.open()
        var hidden = Self.hiddenReadsMax
        while PQisBusy(connection) == 1 { try self.receive(&hidden, until: deadline) }
        let result = PQgetResult(connection).map { PostgresResult($0) }
        guard PQstatus(connection) == CONNECTION_OK else { throw self.lost(result?.error) }
        return result
    }

    /// What TLS has decrypted already does not show on the socket: at most a record of 16 KiB, of
    /// which libpq takes at least half at a time.
    static let hiddenReadsMax = 3

    /// Takes in what has come, or waits for something to come.
    ///
    /// `hidden` begins as `hiddenReadsMax`: how often to look, before waiting, for what does not
    /// show on the socket.
    func receive(_ hidden: inout Int, until deadline: PostgresDeadline) throws(PostgresError) {
        let connection = try self.open()
        if hidden > 0, PQsslInUse(connection) == 1 {
            hidden -= 1
            guard PQconsumeInput(connection) == 1 else { throw self.lost() }
        } else {
            hidden = Self.hiddenReadsMax
            try self.wait(writing: false, until: deadline)
        }
    }

    /// Waits for the socket and takes in what has come.
    private func wait(writing: Bool, until deadline: PostgresDeadline) throws(PostgresError) {
        let connection = try self.open()
        var entry = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
        if writing { entry.events |= Int16(POLLOUT) }
        var ready = poll(&entry, 1, deadline.milliseconds)
        while ready < 0 && errno == EINTR { ready = poll(&entry, 1, deadline.milliseconds) }
        guard ready > 0 else {
            self.hangUp()
            throw .lost("no answer in time")
        }
        if entry.revents & ~Int16(POLLOUT) != 0, PQconsumeInput(connection) != 1 {
            throw self.lost()
        }
    }

    /// Closes the connection, which has broken, and says how.
    func lost(_ error: PostgresError? = nil) -> PostgresError {
        let reason = error.map { "\($0)" } ?? self.lastMessage
        self.close()
        return .lost(reason)
    }

    /// Closes without waiting, also for the last words to be taken.
    func hangUp() {
        if let connection = self.connection { shutdown(PQsocket(connection), Int32(SHUT_RDWR)) }
        self.close()
    }
}
