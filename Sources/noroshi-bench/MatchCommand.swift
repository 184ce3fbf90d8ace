import ArgumentParser
import Findings
import Foundation
import Routing

struct MatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Events a second compared with a table of event patterns, parsing included, on one thread."
    )

    @Option(help: "A JSON object of named event patterns.")
    var rules: String

    @Option(help: "Events, one JSON object a line.")
    var events: String

    @Option(help: "How long to measure.")
    var seconds = 5.0

    func run() throws {
        let text = Array(try Data(contentsOf: URL(filePath: rules)))
        let lines = try Data(contentsOf: URL(filePath: events)).split(separator: UInt8(ascii: "\n")).map(Array.init)
        let before = try MatchCommand.residentBytes()
        let buildStart = ContinuousClock.now
        let patterns = try JSONDocument.parse(text).members.map { try EventPattern($0.value) }
        let table = PatternTable(patterns)
        let build = ContinuousClock.now - buildStart
        let grown = try MatchCommand.residentBytes() - before

        var compared = 0
        var matched = 0
        var firstRound = 0
        let start = ContinuousClock.now
        var elapsed = Duration.zero
        repeat {
            for line in lines { matched += table.matches(try JSONDocument.parse(line)).count }
            if compared == 0 { firstRound = matched }
            compared += lines.count
            elapsed = ContinuousClock.now - start
        } while elapsed < .seconds(seconds)
        Line.write([
            "rules": .integer(patterns.count),
            "events_per_s": Line.figure(Double(compared) / elapsed.seconds),
            "build_s": .double((build.seconds * 1_000).rounded() / 1_000),
            "table_mb": .double((Double(grown) / 104_857.6).rounded() / 10),
            "matches_per_event": .double((Double(firstRound) / Double(lines.count) * 10_000).rounded() / 10_000),
        ])
    }

    /// Resident memory of this process (proc(5), `/proc/self/statm`, second field, in pages).
    private static func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else {
            throw BenchFailure("/proc/self/statm cannot be read")
        }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
