import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("noroshi decode")
struct DecodeCommandTests {
    private static let event = """
        {"version": "0", "id": "e1", "detail-type": "GuardDuty Finding", "source": "aws.guardduty",
         "account": "111122223333", "time": "2026-05-11T21:52:17Z", "region": "us-east-1", "resources": [],
         "detail": {"id": "f1", "accountId": "444455556666", "region": "eu-west-1", "type": "Recon:EC2/Portscan",
                    "title": "A port scan", "severity": 5, "service": {"archived": false}}}
        """

    private func decode(_ arguments: [String] = [], input: String = "") throws -> CommandRun {
        try CommandRun(CommandRun.noroshi, ["decode"] + arguments, input: input)
    }

    @Test("standard input is read when no file is named, one line a finding")
    func standardInput() throws {
        let run = try decode(input: DecodeCommandTests.event)
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 1)
        let json = try JSONDocument.parse(String(try #require(lines.first)))
        #expect(json["account"]?.string == "444455556666")
        #expect(json["severity"]?.string == "MEDIUM")
        #expect(
            json.members.prefix(15).map(\.key) == [
                "key", "source", "kind", "id", "title", "description", "severity", "account", "region", "status",
                "product",
                "resources", "createdAt", "updatedAt", "url",
            ]
        )
    }

    @Test("several files are read in order; what cannot be read gives a line of its own and exit code 1")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "noroshi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch {
                print("left behind: \(folder.path): \(error)")
            }
        }
        let broken = folder.appending(path: "broken.json")
        try Data("{\"a\": 1,\n}".utf8).write(to: broken)
        let missing = folder.appending(path: "missing.json")
        let run = try decode([broken.path, "-", missing.path], input: DecodeCommandTests.event)
        #expect(run.status == 1)
        let lines = try run.output.split(separator: "\n").map { try JSONDocument.parse(String($0)) }
        #expect(lines.count == 3)
        #expect(
            lines.first?["error"]?.string == "not valid JSON at line 2, column 1: a comma before '}' is not allowed"
        )
        #expect(lines.first?["file"]?.string == broken.path)
        #expect(lines.dropFirst().first?["title"]?.string == "A port scan")
        #expect(lines.last?["error"]?.string == "cannot open \(missing.path): No such file or directory")
    }

    @Test("a bad item of a batch is an error line beside the findings of the good ones")
    func batch() throws {
        let run = try decode(input: "[\(DecodeCommandTests.event), 5]")
        #expect(run.status == 1)
        let lines = try run.output.split(separator: "\n").map { try JSONDocument.parse(String($0)) }
        #expect(lines.map { $0["error"] == nil } == [true, false])
    }

    @Test("help teaches with an example")
    func help() throws {
        let run = try decode(["--help"])
        #expect(run.status == 0)
        #expect(run.output.contains("noroshi decode finding.json"))
    }
}
