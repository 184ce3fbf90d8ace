import FoundationEssentials
import GRDB
import Glibc
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQLiteStore
import Triage

@Suite("SQLite: what is said of a damaged database")
struct DataCheckTests {
    /// A closed database with rows in most tables, and where the roots of its trees are: of tables, and of their indices.
    private func with(_ body: (String, _ roots: [Root]) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let store = try SQLiteStore(directory: directory, options: .small)
            for number in 0..<3 {
                let position = try await store.accept(.plain)
                let entry = DecidedEntry(
                    position: position,
                    receivedAt: .t(0),
                    [(.example(key: "\(number)"), .routed(to: ["chat"]))]
                )
                _ = try await store.apply([entry], now: .t(0))
            }
            try await store.close()
            let path = directory + "/noroshi.sqlite"
            let queue = try DatabaseQueue(path: path)
            let roots = try await queue.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT type = 'index', tbl_name, rootpage FROM sqlite_schema
                        WHERE type IN ('table', 'index') AND tbl_name NOT LIKE 'sqlite_%' AND rootpage > 0
                        """
                ).map { Root(isIndex: $0[0], table: $0[1], page: $0[2]) }
            }
            try queue.close()
            try await body(path, roots)
        }
    }

    private struct Root {
        var isIndex: Bool
        var table: String
        var page: Int
    }

    @Test("the root of any one tree: its table alone is named, and what the others hold can be read")
    func roots() async throws {
        try await with { path, roots in
            let whole = try DataCheck(file: path)
            #expect(whole.problems.isEmpty && whole.damaged.isEmpty)
            #expect(whole.tables.count { $0.readable > 0 } > 5)
            let sound = Array(try #require(FileManager.default.contents(atPath: path)))
            for root in roots {
                var bytes = sound
                let page = 8192
                for index in (root.page - 1) * page..<root.page * page { bytes[index] = index % 2 == 0 ? 0xDE : 0xAD }
                try Data(bytes).write(to: URL(filePath: path))
                let check = try DataCheck(file: path)
                #expect(check.damaged.map(\.name) == [root.table], "\(root) \(check.problems)")
                #expect(check.problems.contains { $0.hasPrefix("\(root.table): ") }, "\(root) \(check.problems)")
                for (table, before) in zip(check.tables, whole.tables) {
                    if table.name == root.table, root.isIndex == false {
                        #expect(table.readable == 0 && table.isWhole == false, "\(root)")
                    } else {
                        // An index is not needed for reading its table.
                        #expect(table.readable == before.readable && table.isWhole, "\(root) \(table)")
                    }
                }
            }
        }
    }

    @Test("of a file that was cut short, what is left can be read")
    func cut() async throws {
        try await with { path, roots in
            let bytes = try #require(FileManager.default.contents(atPath: path))
            let last = try #require(roots.filter { $0.isIndex == false }.map(\.page).max())
            #expect(truncate(path, (last - 1) * 8192) == 0)
            let check = try DataCheck(file: path)
            #expect(check.problems.isEmpty == false)
            let gone = Set(roots.filter { $0.page >= last }.map(\.table))
            let left = check.tables.filter { gone.contains($0.name) == false }
            #expect(left.count > 10 && left.allSatisfy(\.isWhole))
            #expect(check.tables.first { $0.name == "journal" }?.readable == 3)
            try bytes.write(to: URL(filePath: path))
            #expect(try DataCheck(file: path).problems.isEmpty)
        }
    }

    @Test(
        "what holds nothing, or another program's tables, is not called whole",
        arguments: ["", "CREATE TABLE theirs(a)"]
    )
    func foreign(sql: String) async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let path = directory + "/noroshi.sqlite"
            #expect(FileManager.default.createFile(atPath: path, contents: Data()))
            let queue = try DatabaseQueue(path: path)
            try await queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
            #expect(try DataCheck(file: path).problems.count == 1)
        }
    }

    @Test("where not even the list of tables can be read, there is none")
    func beginning() async throws {
        try await with { path, _ in
            var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
            for index in 100..<8192 { bytes[index] = 0xFF }
            try Data(bytes).write(to: URL(filePath: path))
            let check = try DataCheck(file: path)
            #expect(check.problems.isEmpty == false && check.tables.isEmpty)
        }
    }
}
