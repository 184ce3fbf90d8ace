import Findings
import Foundation
import Testing

/// Real payloads with what they should be understood as, which stand beside a checkout where they are to be had.
private enum SharedEvents {
    /// One row of INDEX.tsv; `-` there is `nil` here and means that AWS gives none.
    struct Row: Sendable, CustomTestStringConvertible {
        var file: String
        var kind: String
        var account: String?
        var region: String?
        var severities: [Severity]?
        var count: Int
        var notes: String

        var testDescription: String { file }
    }

    static let folder: URL = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let given = ProcessInfo.processInfo.environment["NOROSHI_SHARED"].map { URL(filePath: $0) }
        return (given ?? root.deletingLastPathComponent().appending(path: "shared")).appending(path: "events")
    }()

    static var index: URL { folder.appending(path: "INDEX.tsv") }

    static var isThere: Bool { FileManager.default.fileExists(atPath: index.path) }

    /// The rows that are payloads; headers and certificates stand beside theirs.
    static func rows() throws -> [Row] {
        try String(contentsOf: index, encoding: .utf8).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 10, fields[0].hasSuffix(".pem") == false, fields[0].hasSuffix(".headers.txt") == false
            else {
                return nil
            }
            let count = Int(fields[8]) ?? 0
            return Row(
                file: fields[0],
                kind: fields[1],
                account: fields[5] == "-" ? nil : fields[5],
                region: fields[6] == "-" ? nil : fields[6],
                severities: severities(fields[7], count: count),
                count: count,
                notes: fields[9]
            )
        }
    }

    /// `HIGH`, `CRITICALx3,HIGHx29`; one label holds for every finding of the file.
    private static func severities(_ text: String, count: Int) -> [Severity]? {
        guard text != "-" else { return nil }
        let listed = text.split(separator: ",").flatMap { part -> [Severity] in
            let pieces = part.split(separator: "x")
            let times = pieces.count == 2 ? Int(pieces[1]) ?? 1 : 1
            return Array(repeating: Severity(label: String(pieces[0])) ?? .unknown, count: times)
        }
        return listed.count == 1 ? Array(repeating: listed[0], count: max(count, 1)) : listed
    }

    static func bytes(_ row: Row) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: row.file))) }

    /// Rows that are no payload of any source: records of an HTTP exchange.
    static let unreadable: Set<String> = [
        "sns_http_recorded/localstack_raw_delivery.json", "sns_http_recorded/localstack_subscriptionconfirmation.json",
    ]
}

@Suite("shared events", .enabled(if: SharedEvents.isThere, "the folder of real payloads is not beside this checkout"))
struct SharedEventsTests {
    @Test("shared events: every payload has the account, Region, severity and number of findings that its row says")
    func understood() throws {
        let rows = try SharedEvents.rows().filter {
            $0.kind != "invalid_json" && SharedEvents.unreadable.contains($0.file) == false
        }
        #expect(rows.count > 100)
        for row in rows {
            let body = try FindingDecoder().decode(SharedEvents.bytes(row))
            let findings = body.observations.map(\.finding)
            let comment = Comment(rawValue: row.file)
            // Alarms, Health, Config, Trusted Advisor, CloudTrail and other events count 0 and may each be one alert.
            if row.count > 0 { #expect(findings.count == row.count, comment) }
            if row.count > 0 || row.account != nil { #expect(findings.isEmpty == false, comment) }
            if let account = row.account { #expect(findings.allSatisfy { $0.account == account }, comment) }
            if let region = row.region { #expect(findings.allSatisfy { $0.region == region }, comment) }
            if let severities = row.severities {
                #expect(findings.map(\.severity).sorted() == severities.sorted(), comment)
            }
            if row.count > 0 {
                if row.account == nil { #expect(findings.allSatisfy { $0.account == nil }, comment) }
                if row.region == nil { #expect(findings.allSatisfy { $0.region == nil }, comment) }
            }
        }
        print("shared events: \(rows.count) payloads compared with INDEX.tsv")
    }

    @Test("shared events: JSON that breaks is refused at its line and column")
    func refused() throws {
        let rows = try SharedEvents.rows().filter { $0.kind == "invalid_json" }
        #expect(rows.isEmpty == false)
        for row in rows {
            let place = try #require(row.notes.firstMatch(of: /line (\d+) col (\d+)/))
            let expected = TextPosition(line: try #require(Int(place.1)), column: try #require(Int(place.2)))
            let error = #expect(throws: FindingDecodingError.self) {
                try FindingDecoder().decode(SharedEvents.bytes(row))
            }
            guard case .syntax(let syntax) = error else {
                Issue.record("\(row.file): \(String(describing: error))")
                continue
            }
            #expect(syntax.position == expected, "\(row.file)")
        }
    }

    @Test("shared events: what is no payload is refused and says why")
    func foreign() throws {
        let rows = try SharedEvents.rows().filter { SharedEvents.unreadable.contains($0.file) }
        for row in rows {
            #expect(throws: FindingDecodingError.self, "\(row.file)") {
                try FindingDecoder().decode(SharedEvents.bytes(row))
            }
        }
    }
}
