import Glibc
import Logging
import Net
import Persistence
import Shards

/// Everything that can be set, read and checked before anything is touched.
struct Settings {
    let host: String
    let port: Int
    let dataFolder: String
    let snapshotFolder: String
    let snapshots: SnapshotSettings
    let store: StoreChoice
    /// What messages in memory may take up, in bytes.
    let memoryBudget: Int
    /// How far back sessions that reconnect find what they missed.
    let recentBounds: RecentEvents.Bounds
    let shardCount: Int
    let segmentBytes: Int
    let corsOrigins: [String]
    let limits: Limits
    let areLimitsOff: Bool
    /// Where the web client lies; nil where it is to be looked for.
    let webFolder: String?
    let isDemo: Bool
    let logLevel: Logger.Level

    init(_ options: Serve) throws(SettingsError) {
        let reader = SettingsReader()
        self.host = reader.text(options.host, "host") ?? "127.0.0.1"
        self.port = try reader.integer(options.port, "port", in: 0...65_535, default: 8000)
        self.dataFolder = reader.text(options.dataDir, "data-dir") ?? "./data"
        self.snapshotFolder = reader.text(options.snapshotDir, "snapshot-dir") ?? "./snapshots"
        self.snapshots = try SnapshotSettings(options, reader)
        self.store = StoreChoice(
            url: reader.text(options.databaseURL, "database-url"),
            dataFolder: self.dataFolder,
            migrates: !options.noMigrate && reader.text("migrate") != "off"
        )
        self.memoryBudget =
            try reader.integer(
                options.memoryBudget,
                "memory-budget",
                in: 16...1 << 24,
                default: Self.machineMebibytes / 2
            ) << 20
        self.recentBounds = try RecentEvents.Bounds(options, reader, of: self.memoryBudget)
        self.shardCount = try reader.integer(
            options.shards,
            "shards",
            in: 1...Slot.count,
            default: max(1, PasswordHasher.coreCount - 1)
        )
        self.segmentBytes = try reader.integer(
            options.journalSegmentBytes,
            "journal-segment-bytes",
            in: 1 << 20...1 << 30,
            default: 64 << 20
        )
        let origins = reader.text(options.corsOrigins, "cors-origins") ?? "local"
        self.corsOrigins = origins.split(separator: ",").map { $0.filter { $0 != " " } }
        self.areLimitsOff = options.noLimits || reader.text("limits") == "off"
        self.limits = self.areLimitsOff ? .off : try Limits(reader)
        self.webFolder = reader.text(options.webDir, "web-dir")
        self.isDemo = options.demo
        let level = reader.text(options.logLevel, "log-level") ?? "info"
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw SettingsError(
                name: options.logLevel == nil ? "NODUS_LOG_LEVEL" : "--log-level",
                value: level,
                wanted: "one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        self.logLevel = logLevel
    }

    /// The machine's memory.
    private static var machineMebibytes: Int {
        max(64, sysconf(Int32(_SC_PHYS_PAGES)) / 1024 * sysconf(Int32(_SC_PAGESIZE)) / 1024)
    }
}

extension SnapshotSettings {
    fileprivate init(_ options: Serve, _ reader: SettingsReader) throws(SettingsError) {
        self.init()
        let seconds = try reader.integer(
            options.snapshotInterval,
            "snapshot-interval",
            in: 0...86_400 * 7,
            default: 300
        )
        self.interval = seconds == 0 ? nil : .seconds(seconds)
        self.journalBytes = try reader.integer(
            options.snapshotJournalBytes,
            "snapshot-journal-bytes",
            in: 1 << 20...1 << 40,
            default: self.journalBytes
        )
    }
}

extension RecentEvents.Bounds {
    /// At most a quarter as much again as what messages may take up, where nothing else is said.
    fileprivate init(
        _ options: Serve,
        _ reader: SettingsReader,
        of memoryBudget: Int
    ) throws(SettingsError) {
        self.init()
        self.countMax = try reader.integer(
            options.resumeEvents,
            "resume-events",
            in: 0...1 << 28,
            default: self.countMax
        )
        self.byteCountMax =
            try reader.integer(
                options.resumeMemory,
                "resume-memory",
                in: 0...1 << 20,
                default: min(self.byteCountMax, memoryBudget / 4) >> 20
            ) << 20
    }
}

extension Limits {
    fileprivate init(_ reader: SettingsReader) throws(SettingsError) {
        self.init()
        self.logins = try self.logins.read(reader, "limit-logins", perSeconds: 60)
        self.registrations = try self.registrations.read(
            reader,
            "limit-registrations",
            perSeconds: 3600
        )
        self.sends = try self.sends.read(reader, "limit-sends", perSeconds: 1)
        self.sendsOfChat = try self.sendsOfChat.read(reader, "limit-chat-sends", perSeconds: 1)
        self.socketMessages = try self.socketMessages.read(
            reader,
            "limit-socket-messages",
            perSeconds: 60
        )
        self.socketsOfAddressMax = try reader.integer(
            nil,
            "limit-sockets-per-address",
            in: 0...1_000_000,
            default: self.socketsOfAddressMax
        )
        self.socketsOfUserMax = try reader.integer(
            nil,
            "limit-sockets-per-user",
            in: 0...1_000_000,
            default: self.socketsOfUserMax
        )
    }

    /// The limits in a line, as they are printed at the start.
    var summary: String {
        func rate(_ limit: RateLimit, _ seconds: Double, _ unit: String) -> String {
            let count = (limit.perSecond * seconds).rounded().text
            return limit.isOff ? "off" : "\(count) a \(unit), burst \(limit.burst.text)"
        }
        return """
            logins \(rate(self.logins, 60, "minute")); \
            registrations \(rate(self.registrations, 3600, "hour")); \
            sends \(rate(self.sends, 1, "second")); \
            chat sends \(rate(self.sendsOfChat, 1, "second")); \
            socket messages \(rate(self.socketMessages, 60, "minute")); \
            sockets per user \(self.socketsOfUserMax), per address \(self.socketsOfAddressMax)
            """
    }
}

extension RateLimit {
    /// A rate in the unit that its setting has, and its burst.
    fileprivate func read(
        _ reader: SettingsReader,
        _ name: String,
        perSeconds seconds: Double
    ) throws(SettingsError) -> RateLimit {
        RateLimit(
            perSecond: try reader.rate(name, default: self.perSecond * seconds) / seconds,
            burst: max(1, try reader.rate("\(name)-burst", default: self.burst))
        )
    }
}

extension Double {
    fileprivate var text: String { self == self.rounded() ? "\(Int(self))" : "\(self)" }
}
