import FoundationEssentials
import GRDB
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
