// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every Swift target: the language as strict as it goes, and no warning left standing.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let lifecycleTesting = Target.Dependency.product(
    name: "ServiceLifecycleTestKit",
    package: "swift-service-lifecycle"
)
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsTesting = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")

let package = Package(
    name: "noroshi",
    products: [
        .executable(name: "noroshi", targets: ["noroshi"]),
        .executable(name: "noroshi-bench", targets: ["noroshi-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The pure heart: bytes to findings, findings to decisions, decisions to transitions. No network, database, clock.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "Findings", dependencies: ["CZlib"], swiftSettings: strict),
        .target(name: "Routing", dependencies: ["Findings"], swiftSettings: strict),
        .target(name: "Triage", dependencies: ["Findings", "Routing", crypto], swiftSettings: strict),
        // What is kept: the values that rest on disk, and the roles a backend plays. No SQL.
        .target(name: "Store", dependencies: ["Findings", "Routing", "Triage"], swiftSettings: strict),
        // The engine room: journal entries to decisions, and what triage does at moments of its own.
        .target(
            name: "Pipeline",
            dependencies: ["Findings", "Routing", "Triage", "Store", lifecycle, logging, metrics],
            swiftSettings: strict
        ),

        // A service that lives through observations under a manual clock, with nothing behind it.
        .target(
            name: "Simulation",
            dependencies: ["Findings", "Routing", "Triage", "Store"],
            swiftSettings: strict
        ),
        // What other rules would have made of what was observed. Reads the history, changes nothing.
        .target(
            name: "Replay",
            dependencies: ["Findings", "Routing", "Triage", "Store", "Simulation"],
            swiftSettings: strict
        ),

        // Threads of our own: for C calls that block, and for work that has to know how much it takes.
        .target(name: "CThreads"),
        .target(name: "Threads", dependencies: ["CThreads"], swiftSettings: strict),

        // What an operator can ask and do, whatever the face.
        .target(
            name: "Operations",
            dependencies: ["Findings", "Routing", "Triage", "Store", "Replay", "Threads", logging],
            swiftSettings: strict
        ),

        // The leaves. They never import one another.
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "SQLiteStore",
            dependencies: ["Findings", "Routing", "Triage", "Store", "Threads", "CSQLite", grdb, grdbSQLite],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "PostgresStore",
            dependencies: ["Findings", "Routing", "Triage", "Store", "Threads", "CPostgres"],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CurlClient", dependencies: ["CCurl", "Threads"], swiftSettings: strict),
        .target(
            name: "Delivery",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "CurlClient", crypto, deque, lifecycle, logging, metrics,
            ],
            swiftSettings: strict
        ),
        // What every HTTP leaf shares: RFC 9457 errors, authentication, limits.
        .target(
            name: "HTTPSurface",
            dependencies: [
                "Findings", "Routing", crypto, httpTypes, hummingbird, hummingbirdCore, logging, metrics, nioCore,
                nioHTTP1,
                nioHTTPTypes, nioHTTPTypesHTTP1,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Ingest",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Pipeline", "HTTPSurface", asn1, crypto, cryptoExtras,
                httpTypes, hummingbird, logging, metrics, nioCore, x509,
            ],
            swiftSettings: strict
        ),
        // Requests to AWS without an SDK: signatures, credentials, STS.
        .target(
            name: "AWSRequests",
            dependencies: ["Findings", "Routing", "CurlClient", crypto, logging],
            swiftSettings: strict
        ),
        // Queues of Amazon SQS as sources: pulls messages and hands them to the receiver.
        .target(
            name: "SQSSource",
            dependencies: [
                "Findings", "Routing", "Store", "CurlClient", "AWSRequests", "Ingest", crypto, lifecycle, logging,
            ],
            swiftSettings: strict
        ),
        // deploy/openapi.json inside the program.
        .target(name: "COpenAPI"),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Replay", "Operations", "HTTPSurface", "COpenAPI", crypto,
                httpTypes, hummingbird, lifecycle, logging, metrics, nioCore,
            ],
            swiftSettings: strict
        ),
        // The stylesheet and the icons of the console inside the program.
        .target(name: "CConsole"),
        // The console: pages beside the API, for people with a browser.
        .target(
            name: "Console",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Operations", "Replay", "HTTPSurface", "SlackReading",
                "CConsole",
                crypto, httpTypes, hummingbird, nioCore,
            ],
            swiftSettings: strict
        ),
        // What Slack would show of a message, or say against it.
        .target(name: "SlackReading", dependencies: ["Findings", "HTTPSurface"], swiftSettings: strict),
        // A receiver to try things with: Slack-compatible webhooks and SMTP on loopback.
        .target(
            name: "Inbox",
            dependencies: [
                "Findings", "HTTPSurface", "SlackReading", httpTypes, hummingbird, lifecycle, logging, nioCore,
                nioPosix,
            ],
            swiftSettings: strict
        ),

        // Programs that run beside this one, for tests and measurements.
        .target(name: "CSpawn"),
        .target(name: "Spawning", dependencies: ["CSpawn"], swiftSettings: strict),

        // The one place where everything is put together.
        .executableTarget(
            name: "noroshi",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "SQLiteStore", "PostgresStore", "Pipeline", "CurlClient",
                "Delivery",
                "HTTPSurface", "Ingest", "AWSRequests", "SQSSource", "Operations", "HTTPAPI", "Console", "Inbox",
                argumentParser, crypto, httpTypes, hummingbird,
                lifecycle, logging, metrics, nioCore, unixSignals,
            ],
            swiftSettings: strict
        ),
        // A week of findings, and what a store makes of it under a manual clock.
        .target(
            name: "Noise",
            dependencies: ["Findings", "Routing", "Triage", "Store", "Simulation"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "noroshi-bench",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "SQLiteStore", "PostgresStore", "Noise", "Replay",
                "Simulation",
                "CCurl", "CPostgres", "Spawning", argumentParser, nioCore, nioHTTP1, nioPosix,
            ],
            swiftSettings: strict
        ),

        // Fakes and fixtures that more than one suite needs.
        .target(
            name: "NoroshiTestSupport",
            dependencies: ["Findings", "Routing", "Triage", "Store", "Operations", "CurlClient", "Spawning"],
            path: "Tests/NoroshiTestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "FindingsTests",
            dependencies: ["Findings", "NoroshiTestSupport"],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RoutingTests",
            dependencies: ["Findings", "Routing", "NoroshiTestSupport"],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TriageTests",
            dependencies: ["Findings", "Routing", "Triage", "NoroshiTestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "SQLiteStore", "PostgresStore", "Operations", "Noise",
                "Replay",
                "Simulation", "NoroshiTestSupport", grdb,
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Pipeline", "NoroshiTestSupport", lifecycle,
                lifecycleTesting, logging, metricsTesting,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReplayTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Simulation", "Replay", "Noise", "NoroshiTestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Replay", "Threads", "Operations", "NoroshiTestSupport",
                logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ThreadsTests",
            dependencies: ["Threads"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CurlClientTests",
            dependencies: ["CurlClient", "NoroshiTestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AWSRequestsTests",
            dependencies: ["Findings", "Routing", "CurlClient", "AWSRequests", "NoroshiTestSupport"],
            exclude: ["Peers"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SQSSourceTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Pipeline", "CurlClient", "AWSRequests", "Ingest",
                "SQSSource",
                "NoroshiTestSupport", lifecycle, lifecycleTesting, logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "CurlClient", "Delivery", "Inbox", "SlackReading",
                "NoroshiTestSupport", crypto, lifecycle, logging,
            ],
            resources: [.copy("Peers")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPSurfaceTests",
            dependencies: [
                "Findings", "HTTPSurface", "NoroshiTestSupport", "Routing", httpTypes, hummingbird, hummingbirdTesting,
                lifecycle, logging, metrics, metricsTesting, nioCore, nioEmbedded, nioHTTP1, nioPosix,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IngestTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Pipeline", "HTTPSurface", "Ingest", "NoroshiTestSupport",
                asn1, crypto, cryptoExtras, httpTypes, hummingbird, hummingbirdTesting, logging, metrics,
                metricsTesting, nioCore, nioPosix, x509,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Replay", "Operations", "HTTPSurface", "HTTPAPI",
                "NoroshiTestSupport", httpTypes, hummingbird, hummingbirdTesting, logging, metrics, nioCore,
            ],
            exclude: ["Peers"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "Operations", "HTTPSurface", "Console",
                "NoroshiTestSupport", crypto, httpTypes, hummingbird, hummingbirdTesting, logging, nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "InboxTests",
            dependencies: [
                "Inbox", "SlackReading", "NoroshiTestSupport", httpTypes, hummingbird, hummingbirdTesting, lifecycle,
                logging, nioCore, nioPosix,
            ],
            swiftSettings: strict
        ),
        // Process level: the real executable, started, killed, restarted.
        .testTarget(
            name: "NoroshiTests",
            dependencies: [
                "Findings", "Routing", "Triage", "Store", "PostgresStore", "Operations", "CurlClient", "Inbox",
                "NoroshiTestSupport", "Spawning", "noroshi",
                httpTypes, hummingbird, lifecycle, logging, nioCore,
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6],
    // For #embed.
    cLanguageStandard: .c2x
)
