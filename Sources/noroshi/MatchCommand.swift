import ArgumentParser
import Findings
import Glibc
import Routing

/// `noroshi match`: event patterns against events, as a filter.
struct MatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Says which EventBridge event patterns match which events.",
        discussion: """
            Reads one case a line from standard input, {"pattern": …, "event": …}, each of the two as JSON or as JSON \
            text in a string, and prints one line for each case in the same order: {"matches":true}, \
            {"matches":false}, or {"error":"…"} for a pattern that is not valid or an event that is not a JSON object. \
            Other keys of a case are not looked at. It is the matcher that decides in 'noroshi serve'.

            With --pattern, standard input is one event.

            EXAMPLES
              noroshi match < cases.jsonl
              echo '{"pattern":{"a":["x"]},"event":{"a":"x"}}' | noroshi match
              noroshi match --pattern '{"source":["aws.macie"]}' < event.json

            EXIT STATUS
              0   every case got an answer; an {"error":"…"} is one
              1   standard input or what --pattern judges cannot be used
              64  the command line is wrong
            """
    )

    @Option(help: ArgumentHelp("The event pattern for the one event on standard input.", valueName: "json"))
    var pattern: String?

    func run() async throws {
        do {
            guard let pattern else { return try judgeLines() }
            let event = try PayloadFile.read("-")
            let verdict = PatternVerdict(pattern: .init(Array(pattern.utf8)), event: .init(event))
            try PayloadFile.write(verdict.line)
            guard case .error = verdict else { return }
        } catch let failure as PayloadFile.Failure {
            StandardError.write("noroshi match: \(failure)")
        }
        throw ExitCode.failure
    }

    /// Answers as the lines come, so that the command can stand in the middle of a pipe.
    private func judgeLines() throws {
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw PayloadFile.Failure("read", "standard input", errno) }
            var start = pending.count
            pending.append(contentsOf: chunk[..<count])
            var answers: [UInt8] = []
            var lineStart = 0
            while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
                answers += PatternVerdict.answer(to: pending[lineStart..<end])
                lineStart = end + 1
                start = lineStart
            }
            pending.removeFirst(lineStart)
            if count == 0 { answers += PatternVerdict.answer(to: pending[...]) }
            try PayloadFile.write(answers)
            if count == 0 { return }
        }
    }
}

/// What is said about one pattern and one event.
enum PatternVerdict: Equatable {
    case matches(Bool)
    case error(String)

    /// One of the two texts of a case.
    enum Text {
        case json(JSON)
        case broken(String)

        init(_ bytes: [UInt8]) {
            do throws(JSONSyntaxError) {
                self = .json(try JSONDocument.parse(bytes))
            } catch {
                self = .broken(error.description)
            }
        }

        /// JSON text in a string, or the value itself.
        init(_ json: JSON) {
            self = json.string.map { Text(Array($0.utf8)) } ?? .json(json)
        }
    }

    init(pattern: Text, event: Text) {
        switch (pattern, event) {
        case (.broken(let reason), _): self = .error("pattern: \(reason)")
        case (_, .broken(let reason)): self = .error("event: \(reason)")
        case (.json(let pattern), .json(let event)):
            do throws(EventPatternError) {
                let compiled = try EventPattern(pattern)
                self =
                    event.kind == .object
                    ? .matches(compiled.matches(event)) : .error("event: expected an object, found \(event.kindName)")
            } catch {
                let position = TextPosition(offset: error.offset, in: pattern.document.bytes)
                self = .error("pattern: \(error) (\(position))")
            }
        }
    }

    /// The answer to one line; nothing for an empty one.
    static func answer(to line: ArraySlice<UInt8>) -> [UInt8] {
        guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return [] }
        let json: JSON
        switch Text(Array(line)) {
        case .broken(let reason): return PatternVerdict.error(reason).line
        case .json(let value): json = value
        }
        guard let pattern = json["pattern"], let event = json["event"] else {
            return PatternVerdict.error("expected {\"pattern\": …, \"event\": …}, found \(json.kindName) without them")
                .line
        }
        return PatternVerdict(pattern: Text(pattern), event: Text(event)).line
    }

    /// The verdict as a line of JSON.
    var line: [UInt8] {
        let value: JSONValue =
            switch self {
            case .matches(let matches): ["matches": .bool(matches)]
            case .error(let reason): ["error": .string(reason)]
            }
        return value.bytes + [UInt8(ascii: "\n")]
    }
}
