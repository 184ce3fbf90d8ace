import NoroshiTestSupport
import Testing

@Suite("noroshi match")
struct MatchCommandTests {
    private func match(_ input: String, _ arguments: [String] = []) throws -> CommandRun {
        try CommandRun(CommandRun.noroshi, ["match"] + arguments, input: input)
    }

    @Test("each line is answered in order, errors too")
    func lines() throws {
        let run = try match(
            #"""
            {"pattern": "{\"a\":[\"x\"]}", "event": "{\"a\":\"x\"}", "name": "of no interest"}
            {"pattern": {"a": ["x"]}, "event": {"a": "y"}}

            {"pattern": {"a": [{"prefx": "x"}]}, "event": {}}
            {"pattern": "{", "event": "{}"}
            {"pattern": {"a": ["x"]}, "event": "[1]"}
            {"pattern": {"a": ["x"]}}
            nonsense
            {"pattern": {"a": ["x"]}, "event": {"a": ["z", "x"]}}
            """#
        )
        #expect(run.status == 0)
        #expect(
            run.output.split(separator: "\n") == [
                #"{"matches":true}"#,
                #"{"matches":false}"#,
                #"{"error":"pattern: a: unknown operator \"prefx\"; allowed are prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr; did you mean \"prefix\"? (line 1, column 20)"}"#,
                #"{"error":"pattern: not valid JSON at line 1, column 2: expected a key in double quotes, found the end of the text"}"#,
                #"{"error":"event: expected an object, found an array"}"#,
                #"{"error":"expected {\"pattern\": …, \"event\": …}, found an object without them"}"#,
                #"{"error":"not valid JSON at line 1, column 1: expected a value, found 'n'"}"#,
                #"{"matches":true}"#,
            ]
        )
    }

    @Test("lines longer than what is read at once are answered too")
    func longLines() throws {
        let filler = String(repeating: "x", count: 300_000)
        let line = #"{"pattern": {"a": [{"suffix": "y"}]}, "event": {"a": "\#(filler)y"}}"#
        #expect(try match("\(line)\n\(line)").output == "{\"matches\":true}\n{\"matches\":true}\n")
    }

    @Test(
        "--pattern judges the one event on standard input",
        arguments: [
            (#"{"a": [{"numeric": [">=", 7]}]}"#, #"{"a": 7.0}"#, "{\"matches\":true}\n", 0),
            (#"{"a": [{"numeric": [">=", 7]}]}"#, "{\n\"a\": 6\n}\n", "{\"matches\":false}\n", 0),
        ]
    )
    func one(pattern: String, event: String, output: String, status: Int32) throws {
        let run = try match(event, ["--pattern", pattern])
        #expect(run.output == output)
        #expect(run.status == status)
    }

    @Test(
        "--pattern with something that cannot be used is exit status 1",
        arguments: [
            ("[]", "{}"), (#"{"a": ["x"]}"#, "nonsense"), (#"{"a": ["x"]}"#, ""),
        ]
    )
    func unusable(pattern: String, event: String) throws {
        let run = try match(event, ["--pattern", pattern])
        #expect(run.output.hasPrefix("{\"error\":"))
        #expect(run.status == 1)
    }
}
