import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("noroshi check --data", .timeLimit(.minutes(15)))
struct DataReportTests {
    private static let routes = #"{"version":1,"destinations":{},"rules":[{"name":"all","when":{},"suppress":"none"}]}"#

    private func check(_ directory: String, _ arguments: [String] = []) throws -> CommandRun {
        try CommandRun(CommandRun.noroshi, ["check", "--data", directory] + arguments)
    }

    private static func tables(_ run: CommandRun) throws -> [JSON] {
        try JSONDocument.parse(run.output)["tables"]?.elements ?? []
    }

    @Test("a table that is damaged is named, beside what can be read of the others and what to do")
    func damagedTable() async throws {
        let server = try ServerProcess(routes: Self.routes)
        try await server.start()
        for number in 0..<3 { #expect(try await server.post(Sample.guardDuty(number)) == 200) }
        _ = try await server.settle()
        #expect(await server.terminate() == 0)
        let sound = try check(server.dataPath)
        #expect(sound.status == 0)
        #expect(sound.output.hasPrefix("\(server.dataPath) is whole: "))
        let rows = try Self.tables(check(server.dataPath, ["--format", "json"]))
        let path = server.dataPath + "/noroshi.sqlite"
        let bytes = try Data(contentsOf: URL(filePath: path))
        // Every page but the first is a part of one table; there is too little in any of them for a second page.
        var named: Set<String> = []
        for page in stride(from: 2, to: bytes.count / 8192, by: 3) {
            var damaged = bytes
            damaged.replaceSubrange((page - 1) * 8192..<page * 8192, with: Data(repeating: 0xDE, count: 8192))
            try damaged.write(to: URL(filePath: path))
            let run = try check(server.dataPath)
            let first = try #require(run.output.split(separator: "\n").first)
            guard let match = first.wholeMatch(of: #/(.*) is damaged, in the table ([a-z_]+):/#) else {
                Issue.record("page \(page): \(run.output)")
                continue
            }
            let name = String(match.output.2)
            named.insert(name)
            #expect(run.status == 1)
            #expect(run.output.contains("\n  \(name): "))
            for row in rows where row["name"]?.string != name {
                let count = row["readableRows"]?.integer ?? -1
                let words = "\n  \(row["name"]?.string ?? ""): \(count == 1 ? "1 row" : "\(count) rows")\n"
                #expect(run.output.contains(words), "page \(page): \(run.output)")
            }
            #expect(run.output.contains("noroshi restore \(server.dataPath) --from FILE --replace"))
            #expect(run.output.contains("Stop the service, and keep a copy"))
            let json = try JSONDocument.parse(check(server.dataPath, ["--format", "json"]).output)
            #expect(json["whole"]?.bool == false)
            let worse = json["tables"]?.elements.filter { $0["problems"]?.elements.isEmpty == false }
            #expect(worse?.map { $0["name"]?.string } == [name])
        }
        #expect(named.count > 5, "\(named)")
        // Of a file that was cut short, what is left is told, and not a hundred lines of what is gone.
        try bytes.dropLast(8192).write(to: URL(filePath: path))
        let cut = try check(server.dataPath)
        #expect(cut.status == 1)
        #expect(cut.output.hasPrefix("\(server.dataPath) is damaged, in the table"), "\(cut.output)")
        for name in named { #expect(cut.output.components(separatedBy: "\n  \(name): ").count <= 6, "\(cut.output)") }
        // An empty file is not a whole one.
        try Data().write(to: URL(filePath: path))
        #expect(try check(server.dataPath).status == 1)
    }
}
