import Foundation
import Logging
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

        var inForce: [String] { active.table.document.rules.map(\.name) }

        func write(_ text: String) throws { try text.write(toFile: path, atomically: false, encoding: .utf8) }

        /// Takes as many looks as a file must stay as it is, and the one before.
        func looks(_ count: Int = RouteFile.unchangedLooks + 1) async {
            for _ in 0..<count { await file.reloadIfChanged() }
        }
    }

    private func with(
        pause: @escaping @Sendable (String) throws -> Void = { _ in },
        _ body: (Case) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-rules-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: directory) } catch { print("left behind: \(error)") }
        }
        let path = directory.appending(path: "routes.json").path
        let activated = Activated()
        let active = ActiveRoutes(RoutingTable(RouteDocument(), version: 0))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let file = RouteFile(
            path: path,
            activator: RouteActivator(active: active, revisions: activated, logger: logger),
            logger: logger,
            pause: { try pause(path) }
        )
        let test = Case(path: path, file: file, active: active)
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

    /// Rule sets, numbered in the order in which they came.
    private final class Activated: RouteRevisions {
        private let all = Mutex<[(revision: RouteRevision, text: [UInt8])]>([])

        func activate(_ text: [UInt8], _ activation: Activation, now: Date) async throws -> RouteRevision {
            all.withLock { all in
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

        func activeRevision() async throws -> RouteRevision? { all.withLock { $0.last?.revision } }
        func revisions(page: Page) async throws -> Paged<RouteRevision> { Paged(items: [], next: nil) }
        func revision(_ version: Int) async throws -> (revision: RouteRevision, text: [UInt8])? {
            all.withLock { $0.first { $0.revision.version == version } }
        }
    }
}
