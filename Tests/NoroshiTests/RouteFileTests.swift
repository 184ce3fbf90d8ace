import Foundation
import Logging
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing

@testable import noroshi
import Triage

/// When the rules file is read. Looks are taken by hand, so that nothing has to be waited for.
@Suite("Rules file")
struct RouteFileTests {
    private static func rules(_ name: String) -> String {
        #"{"version":1,"destinations":{"d":{"type":"webhook","url":{"env":"D"}}},"rules":[{"name":"\#(name)","when":{},"send":["d"]}]}"#
    }

    /// A rules file in a directory of its own that holds `first` and has been put in force.
    private struct Case {
        let path: String
        let file: RouteFile
        let active: ActiveRoutes
        let activated: Activated

        var inForce: [String] { active.table.document.rules.map(\.name) }

        func write(_ text: String) throws { try text.write(toFile: path, atomically: false, encoding: .utf8) }

        /// Takes as many looks as a file must stay as it is, and the one before.
        func looks(_ count: Int = RouteFile.unchangedLooks + 1) async {
            for _ in 0..<count { await file.reloadIfChanged() }
        }
    }

    private func with(
        _ keeping: RouteKeeping = .file,
        activated: Activated = Activated(),
        pause: @escaping @Sendable (String) throws -> Void = { _ in },
        _ body: (Case) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-rules-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: directory) } catch { print("left behind: \(error)") }
        }
        let path = directory.appending(path: "routes.json").path
        let active = ActiveRoutes(RoutingTable(RouteDocument(), version: 0))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let file = RouteFile(
            path: path,
            keeping: keeping,
            activator: RouteActivator(
                active: active,
                revisions: activated,
                drafts: FakeRoles(Example.state),
                logger: logger
            ),
            logger: logger,
            pause: { try pause(path) }
        )
        let test = Case(path: path, file: file, active: active, activated: activated)
        try test.write(Self.rules("first"))
        try await file.start()
        try await body(test)
    }

    @Test("a file that is written slowly, in place, is read when it has been left alone, and not before")
    func slow() async throws {
        try await with { test in
            let text = Array(Self.rules("other").utf8)
            let handle = try #require(FileHandle(forWritingAtPath: test.path))
            for byte in text {
                try handle.write(contentsOf: Data([byte]))
                await test.looks(RouteFile.unchangedLooks)
                #expect(test.inForce == ["first"])
                let last = await test.file.lastReload()
                #expect(last.map { if case .activated = $0 { true } else { false } } == true)
            }
            try handle.close()
            await test.looks()
            #expect(test.inForce == ["other"])
        }
    }

    @Test("a text of the same length with the old modification time is another text")
    func sameMarks() async throws {
        try await with { test in
            let before = FileState(path: test.path)
            let date = try FileManager.default.attributesOfItem(atPath: test.path)[.modificationDate]
            let handle = try #require(FileHandle(forWritingAtPath: test.path))
            try handle.write(contentsOf: Data(Self.rules("fresh").utf8))
            try handle.close()
            try FileManager.default.setAttributes([.modificationDate: try #require(date)], ofItemAtPath: test.path)
            #expect(FileState(path: test.path) != before)
            await test.looks()
            #expect(test.inForce == ["fresh"])
        }
    }

    @Test("other permissions are another state of the file, so that it is read once it can be")
    func permissions() async throws {
        try await with { test in
            let before = FileState(path: test.path)
            #expect(chmod(test.path, 0o640) == 0)
            #expect(FileState(path: test.path) != before)
            await test.looks()
            #expect(await test.file.lastReload().map { if case .unchanged = $0 { true } else { false } } == true)
        }
    }

    @Test("a removed file is reported once and changes nothing; when it is back it is read")
    func removed() async throws {
        try await with { test in
            #expect(unlink(test.path) == 0)
            await test.looks()
            guard case .refused(let problems) = await test.file.lastReload() else {
                Issue.record("not reported")
                return
            }
            #expect(problems.count == 1 && problems[0].contains(test.path))
            #expect(problems[0].contains("No such file or directory"))
            #expect(test.inForce == ["first"])
            try test.write(Self.rules("back"))
            await test.looks()
            #expect(test.inForce == ["back"])
        }
    }

    @Test("a reload that was asked for says when the file changed while it was read", arguments: ["signal", "api:a"])
    func changing(author: String) async throws {
        let writer = Mutex(true)
        let writes = Mutex(0)
        try await with(pause: { path in
            guard writer.withLock({ $0 }) else { return }
            // Another length each time: two writes within one tick of the disk's clock leave the same dates.
            let count = writes.withLock { count in
                count += 1
                return count
            }
            let name = "longer than before" + String(repeating: "x", count: count)
            try Self.rules(name).write(toFile: path, atomically: false, encoding: .utf8)
        }) { test in
            try test.write(Self.rules("half"))
            guard case .refused(let problems) = await test.file.reload(author: author) else {
                Issue.record("a mix was put in force")
                return
            }
            #expect(problems.count == 1 && problems[0].contains("changed while it was read"))
            #expect(test.inForce == ["first"])
            writer.withLock { $0 = false }
            await test.looks()
            #expect(test.inForce.count == 1 && test.inForce.allSatisfy { $0.hasPrefix("longer than before") })
        }
    }

    private static let publisher = Activation(author: "api:ana", origin: .api, note: "why")

    @Test("where the file may be written, publishing replaces it whole, and it is not read again for that")
    func writable() async throws {
        try await with(.writableFile) { test in
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: test.path)
            let text = Self.rules("second")
            let revision = try await test.file.publish(Array(text.utf8), Self.publisher)
            #expect(revision.version == 2 && test.inForce == ["second"])
            #expect(try String(contentsOfFile: test.path, encoding: .utf8) == text)
            let attributes = try FileManager.default.attributesOfItem(atPath: test.path)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            let folder = URL(fileURLWithPath: test.path).deletingLastPathComponent().path
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["routes.json"])
            await test.looks()
            #expect(try await test.activated.activeRevision()?.version == 2)
        }
    }

    @Test(
        "a file with good rules that were not read yet, or that is gone, is never overwritten",
        arguments: [true, false],
        [true, false]
    )
    func changedByHand(isGone: Bool, replacesBadFile: Bool) async throws {
        var publisher = Self.publisher
        publisher.replacesBadFile = replacesBadFile
        try await with(.writableFile) { [publisher] test in
            if isGone {
                try FileManager.default.removeItem(atPath: test.path)
            } else {
                try test.write(Self.rules("by hand"))
            }
            await #expect(throws: PublicationError.self) {
                try await test.file.publish(Array(Self.rules("second").utf8), publisher)
            }
            #expect(test.inForce == ["first"])
            #expect(try await test.activated.activeRevision()?.version == 1)
            #expect(FileManager.default.fileExists(atPath: test.path) != isGone)
        }
    }

    @Test(
        "a file that does not load is replaced when that was acknowledged, and not before",
        arguments: ["half a te", "", #"{"version": 1, "rules": [{}]}"#, "\u{FEFF}[]"]
    )
    func bad(text: String) async throws {
        try await with(.writableFile) { test in
            try test.write(text)
            await test.looks()
            let rules = Array(Self.rules("second").utf8)
            await #expect(throws: PublicationError.fileBad(test.path)) {
                try await test.file.publish(rules, Self.publisher)
            }
            #expect(try String(contentsOfFile: test.path, encoding: .utf8).hasSuffix(text.suffix(1)))
            var publisher = Self.publisher
            publisher.replacesBadFile = true
            _ = try await test.file.publish(rules, publisher)
            #expect(try String(contentsOfFile: test.path, encoding: .utf8) == Self.rules("second"))
            #expect(test.inForce == ["second"])
            guard case .activated = await test.file.lastReload() else {
                Issue.record("the bad file is still told of")
                return
            }
        }
    }

    @Test("the text of the file is shown as it is now", arguments: [RouteKeeping.file, .writableFile, .store])
    func shown(keeping: RouteKeeping) async throws {
        try await with(keeping) { test in
            #expect(await test.file.fileText() == Array(Self.rules("first").utf8))
            try test.write("half a te")
            #expect(await test.file.fileText() == Array("half a te".utf8))
            try FileManager.default.removeItem(atPath: test.path)
            #expect(await test.file.fileText() == nil)
        }
    }

    @Test("a link stays a link, and what it leads to is replaced")
    func link() async throws {
        try await with(.writableFile) { test in
            let target = test.path + ".kept"
            try FileManager.default.moveItem(atPath: test.path, toPath: target)
            try FileManager.default.createSymbolicLink(atPath: test.path, withDestinationPath: target)
            _ = try await test.file.publish(Array(Self.rules("second").utf8), Self.publisher)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: test.path) == target)
            #expect(try String(contentsOfFile: target, encoding: .utf8) == Self.rules("second"))
        }
    }

    @Test("a text that does not load, or another version in force, writes nothing")
    func refused() async throws {
        try await with(.writableFile) { test in
            await #expect(throws: RouteDocumentError.self) {
                try await test.file.publish(Array("{}".utf8), Self.publisher)
            }
            let late = Activation(author: "api:ana", origin: .api, expected: 7)
            await #expect(throws: NotActive.self) {
                try await test.file.publish(Array(Self.rules("second").utf8), late)
            }
            let kept = try String(contentsOfFile: test.path, encoding: .utf8)
            #expect(kept == Self.rules("first"))
        }
    }

    @Test("a file that the service does not write is not written")
    func file() async throws {
        try await with(.file) { test in
            await #expect(throws: PublicationError.keptInFile(test.path)) {
                try await test.file.publish(Array(Self.rules("second").utf8), Self.publisher)
            }
        }
    }

    @Test("what was written and could not be put in force is taken out of the file again")
    func notCommitted() async throws {
        try await with(.writableFile) { test in
            test.activated.trouble.withLock { $0 = .commit }
            await #expect(throws: Activated.Broken.self) {
                try await test.file.publish(Array(Self.rules("second").utf8), Self.publisher)
            }
            #expect(try String(contentsOfFile: test.path, encoding: .utf8) == Self.rules("first"))
            #expect(test.inForce == ["first"])
            test.activated.trouble.withLock { $0 = nil }
            await test.looks()
            #expect(try await test.activated.activeRevision()?.version == 1)
            let revision = try await test.file.publish(Array(Self.rules("second").utf8), Self.publisher)
            #expect(revision.version == 2 && test.inForce == ["second"])
        }
    }

    @Test("after an end between the file and the commit, the next start puts the rules of the file in force")
    func crash() async throws {
        let activated = Activated()
        try await with(.writableFile, activated: activated) { test in
            // As the process ends there, nothing is read and nothing put back.
            activated.trouble.withLock { $0 = .everything(afterReads: 1) }
            await #expect(throws: Activated.Broken.self) {
                try await test.file.publish(Array(Self.rules("second").utf8), Self.publisher)
            }
            activated.trouble.withLock { $0 = nil }
            #expect(try String(contentsOfFile: test.path, encoding: .utf8) == Self.rules("second"))
            #expect(test.inForce == ["first"] && activated.version == 1)

            let active = ActiveRoutes(RoutingTable(RouteDocument(), version: 0))
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let next = RouteFile(
                path: test.path,
                keeping: .writableFile,
                activator: RouteActivator(
                    active: active,
                    revisions: activated,
                    drafts: FakeRoles(Example.state),
                    logger: logger
                ),
                logger: logger
            )
            try await next.start()
            #expect(active.table.document.rules.map(\.name) == ["second"] && active.table.version == 2)
            #expect(try await activated.activeRevision()?.author == "start")
        }
    }

    /// What keeps a file from being written anew; permissions keep nobody back who runs the tests as root.
    enum Obstacle: String, CaseIterable {
        case readOnlyDirectory, takenName

        static var here: [Obstacle] { geteuid() == 0 ? [.takenName] : allCases }
    }

    @Test("where the directory cannot be written, nothing is published, and it is said why", arguments: Obstacle.here)
    func unwritable(obstacle: Obstacle) async throws {
        try await with(.writableFile) { test in
            let directory = URL(fileURLWithPath: test.path).deletingLastPathComponent().path
            switch obstacle {
            case .readOnlyDirectory: #expect(chmod(directory, 0o555) == 0)
            case .takenName: #expect(mkdir("\(test.path).\(getpid()).new", 0o755) == 0)
            }
            let error = await #expect(throws: PublicationError.self) {
                try await test.file.publish(Array(Self.rules("second").utf8), Self.publisher)
            }
            #expect(chmod(directory, 0o755) == 0)
            guard case .unwritable(test.path, let reason) = try #require(error) else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason == (obstacle == .takenName ? "File exists" : "Permission denied"))
            let words = DraftRefusal.unwritable(test.path, reason).answer.detail
            #expect(words == "\(test.path) cannot be written (\(reason)), so nothing was published.")
            #expect(test.inForce == ["first"] && test.activated.version == 1)
            #expect(try String(contentsOfFile: test.path, encoding: .utf8) == Self.rules("first"))
        }
    }

    @Test("where the store keeps the rules, the file seeds an empty one and is not looked at again")
    func store() async throws {
        let activated = Activated()
        try await with(.store, activated: activated) { test in
            _ = try await test.file.publish(Array(Self.rules("second").utf8), Self.publisher)
            try test.write(Self.rules("of the file"))
            await test.looks()
            guard case .unchanged(let revision) = await test.file.reload(author: "signal") else {
                Issue.record("the file was read")
                return
            }
            #expect(revision.version == 2 && test.inForce == ["second"])
        }
        try await with(.store, activated: activated) { test in
            #expect(test.inForce == ["second"])
        }
    }

    /// Rule sets, numbered in the order in which they came.
    private final class Activated: RouteRevisions {
        struct Broken: Error {}

        enum Trouble {
            case commit
            /// Nothing works any more, but so many questions which rules are in force.
            case everything(afterReads: Int)
        }

        let trouble = Mutex<Trouble?>(nil)
        private let all = Mutex<[(revision: RouteRevision, text: [UInt8])]>([])

        var version: Int { all.withLock(\.count) }

        func activate(_ text: [UInt8], _ activation: Activation, now: Date) async throws -> RouteRevision {
            guard trouble.withLock({ $0 == nil }) else { throw Broken() }
            return try all.withLock { all in
                if let expected = activation.expected, all.last?.revision.version != expected {
                    throw NotActive(active: all.last?.revision)
                }
                if let last = all.last, last.text == text { return last.revision }
                let revision = RouteRevision(
                    version: all.count + 1,
                    hash: Fingerprint.hexadecimal(of: text),
                    author: activation.author,
                    activatedAt: now
                )
                all.append((revision, text))
                return revision
            }
        }

        func activeRevision() async throws -> RouteRevision? {
            try trouble.withLock { trouble in
                guard case .everything(let left) = trouble else { return }
                guard left > 0 else { throw Broken() }
                trouble = .everything(afterReads: left - 1)
            }
            return all.withLock { $0.last?.revision }
        }

        func lastRevision(withHash hash: String) async throws -> RouteRevision? {
            all.withLock { $0.last { $0.revision.hash == hash }?.revision }
        }

        func revisions(page: Page) async throws -> Paged<RouteRevision> { Paged(items: [], next: nil) }
        func revision(_ version: Int) async throws -> (revision: RouteRevision, text: [UInt8])? {
            all.withLock { $0.first { $0.revision.version == version } }
        }
    }
}
