// swift-tools-version: 6.2
import PackageDescription

/// Applied to every target of ours. Warnings are errors.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOWebSocket", package: "swift-nio"),
]
let sqlite: [Target.Dependency] = [
    .product(name: "GRDB", package: "GRDB.swift"),
    .product(name: "GRDBSQLite", package: "GRDB.swift"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

/// Only Shards and Persistence with their tests: what the sanitizer and fuzz builds compile.
let coreOnly = Context.environment["NODUS_CORE_ONLY"] == "1"

/// The fuzz targets beside these: only with the flags that `scripts/fuzz` gives, and core only.
let isFuzzing = Context.environment["NODUS_FUZZ"] == "1"

let fuzzTargets: [Target] =
    [.target(name: "Fuzzing", path: "Fuzz/Driver", swiftSettings: settings)]
    + ["Canary", "Journal", "Snapshot"].map { name in
        .executableTarget(
            name: "Fuzz\(name)",
            dependencies: ["Fuzzing", "Shards", "Persistence", "TestSupport", logging],
            path: "Fuzz/\(name)",
            swiftSettings: settings
        )
    }
    + [
        // Of Net what reads a socket's bytes, which needs nothing of NIO.
        .target(
            name: "Net",
            path: "Sources/Net/WebSocket",
            exclude: ["WebSocketUpgrade.swift"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FuzzWebSocket",
            dependencies: ["Fuzzing", "Net", "TestSupport"],
            path: "Fuzz/WebSocket",
            swiftSettings: settings
        ),
    ]

let coreTargets: [Target] = [
    .target(
        name: "Shards",
        dependencies: [.product(name: "DequeModule", package: "swift-collections")],
        swiftSettings: settings
    ),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CCRC32C"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CScheduler"),
    .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(
        name: "Persistence",
        dependencies: ["Shards", "CCRC32C", "CLZ4", "CLibpq", "CMalloc", "CScheduler", logging]
            + (coreOnly ? [] : sqlite),
        exclude: coreOnly ? ["SQLite"] : [],
        resources: [.embedInCode("Migrations/SQL")],
        swiftSettings: settings
    ),
    .target(
        name: "TestSupport",
        dependencies: ["Shards", "Persistence"],
        path: "Tests/TestSupport",
        swiftSettings: settings
    ),
    .testTarget(
        name: "ShardsTests",
        dependencies: ["Shards", "TestSupport"],
        swiftSettings: settings
    ),
    .testTarget(
        name: "PersistenceTests",
        dependencies: ["Persistence", "Shards", "TestSupport"],
        exclude: ["Fixtures"] + (coreOnly ? ["SQLite"] : []),
        swiftSettings: settings
    ),
]

let serverTargets: [Target] = [
    .systemLibrary(
        name: "CSodium",
        pkgConfig: "libsodium",
        providers: [.apt(["libsodium-dev"])]
    ),
    .systemLibrary(
        name: "CLibcrypt",
        pkgConfig: "libcrypt",
        providers: [.apt(["libcrypt-dev"])]
    ),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
        name: "Net",
        dependencies: ["Shards", "CLibcrypt", "CSodium", "CZlib"] + nio,
        swiftSettings: settings
    ),
    .executableTarget(
        name: "Nodus",
        dependencies: [
            "Shards", "Persistence", "Net", logging,
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            .product(name: "Configuration", package: "swift-configuration"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ],
        swiftSettings: settings
    ),
    .systemLibrary(name: "CEpoll"),
    .executableTarget(
        name: "NodusBench",
        dependencies: [
            "Shards", "CEpoll", "CScheduler",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            .product(name: "HeapModule", package: "swift-collections"),
        ] + nio,
        swiftSettings: settings
    ),
    .executableTarget(
        name: "NodusCosts",
        dependencies: ["Shards", "Persistence", "Net", logging] + nio,
        swiftSettings: settings
    ),
    .testTarget(
        name: "NetTests",
        dependencies: ["Net", "Shards", "TestSupport"] + nio,
        swiftSettings: settings
    ),
    .testTarget(
        name: "EndToEndTests",
        dependencies: [
            "TestSupport", "Nodus", "NodusBench", "Persistence", "Shards", logging,
        ],
        exclude: ["Fixtures"],
        swiftSettings: settings
    ),
    .testTarget(name: "TidyTests", swiftSettings: settings),
]

let corePackages: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
]

let serverPackages: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
]

// Net ──▶ Shards ◀── Persistence. Nodus sees all three; nothing sees Nodus.
let package = Package(
    name: "nodus",
    products: coreOnly
        ? []
        : [
            .executable(name: "nodus", targets: ["Nodus"]),
            .executable(name: "nodus-bench", targets: ["NodusBench"]),
            .executable(name: "nodus-costs", targets: ["NodusCosts"]),
        ],
    dependencies: corePackages + (coreOnly ? [] : serverPackages),
    targets: coreTargets + (coreOnly ? [] : serverTargets) + (isFuzzing ? fuzzTargets : [])
)
