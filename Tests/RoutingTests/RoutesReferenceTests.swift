import Findings
import Foundation
import NoroshiTestSupport
import Routing
import Testing

@Suite("The reference of routes.json")
struct RoutesReferenceTests {
    private func text(_ path: String) throws -> String {
        let data = try Data(contentsOf: Corpus.root.appending(path: path))
        return String(decoding: data, as: UTF8.self)
    }

    private func page() throws -> String { try text("Sources/noroshi/Documentation.docc/RoutesReference.md") }

    @Test("every example is JSON, and there are as many as there were")
    func examples() throws {
        let blocks = try CodeBlock.all(in: page())
        #expect(blocks.allSatisfy { $0.language == "json" })
        #expect(blocks.count >= 19)
    }

    @Test("every example is read without an error, and a whole file without a warning")
    func parsing() throws {
        for block in try CodeBlock.all(in: page()) {
            let example = try RouteExample(block.text)
            let found = diagnostics(example.document).filter { example.isWhole || $0.severity == .error }
            #expect(found.map(\.description) == [], "the example in line \(block.line)")
        }
    }

    @Test("the JSON Schema calls every example valid")
    func validity() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "noroshi-reference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let files = try CodeBlock.all(in: page()).map { block in
            let file = folder.appending(path: "line-\(block.line).json")
            try Data(RouteExample(block.text).document.utf8).write(to: file)
            return file.path
        }
        let schema = Corpus.root.appending(path: "deploy/routes.schema.json").path
        let run = try CommandRun(CommandRun.python, [Corpus.validator, schema] + files)
        #expect(run.status == 0, "\(run.errors)")
        let verdicts = run.output.split(separator: "\n").map(String.init)
        #expect(verdicts.count == files.count)
        #expect(verdicts.filter { $0.hasSuffix("\tvalid") == false } == [])
    }

    @Test("an example with a mistake in it is found")
    func mistakes() throws {
        let examples = [
            #"{"name": "r", "when": {"severty": "high"}, "send": ["secops"]}"#,
            #"{"type": "slack", "url": {"env": "URL"}, "dialekt": "plain"}"#,
            #"{"windows": {"nights": {"time": ["20:00-07:00"]}}}"#,
        ]
        for example in examples {
            let found = diagnostics(try RouteExample(example).document).filter { $0.severity == .error }
            #expect(found.isEmpty == false, "\(example)")
        }
    }

    @Test("every member and every word that the JSON Schema knows is explained")
    func schema() throws {
        let page = try page()
        let schema = try JSONDocument.parse(text("deploy/routes.schema.json"))
        let words = RoutesReferenceTests.words(in: schema)
        #expect(words.count >= 100)
        for word in words.sorted() { #expect(page.contains("`\(word)`"), "\(word) is not named") }
    }

    /// The names of properties, and the words that a value may be.
    private static func words(in json: JSON) -> Set<String> {
        var words: Set<String> = []
        for (key, value) in json.members.map({ ($0.key, $0.value) }) {
            switch key {
            case "properties": words.formUnion(value.members.map(\.key))
            case "enum": words.formUnion(value.elements.compactMap(\.string).filter { $0.allSatisfy(\.isLetter) })
            default: break
            }
            words.formUnion(RoutesReferenceTests.words(in: value))
        }
        for element in json.elements { words.formUnion(RoutesReferenceTests.words(in: element)) }
        return words
    }
}

/// A fenced block of a page.
private struct CodeBlock {
    var language: String
    var text: String
    /// Of its first line, from 1.
    var line: Int

    static func all(in page: String) -> [CodeBlock] {
        var blocks: [CodeBlock] = []
        var open: CodeBlock?
        for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let isFence = line.trimmingCharacters(in: .whitespaces).hasPrefix("```")
            if isFence, let block = open {
                blocks.append(block)
                open = nil
            } else if isFence {
                let language = line.trimmingCharacters(in: .whitespaces).dropFirst(3)
                open = CodeBlock(language: String(language), text: "", line: index + 2)
            } else {
                open?.text += line + "\n"
            }
        }
        return blocks
    }
}

/// An example of the page as a whole document; the page says what the parts may use.
private struct RouteExample {
    var document: String
    /// Whether it was one already.
    var isWhole: Bool

    init(_ text: String) throws {
        let json = try JSONDocument.parse(text)
        isWhole = json["version"] != nil
        guard isWhole == false else {
            document = text
            return
        }
        var members: [(key: String, text: String)] = json.members.map { ($0.key, $0.value.text) }
        if json["when"] != nil {
            members = [("rules", "[\(text)]")]
        } else if json["type"] != nil {
            members = [("destinations", #"{"example": \#(text), \#(RouteExample.destinations)}"#)]
        }
        for (key, text) in RouteExample.surroundings where members.contains(where: { $0.key == key }) == false {
            members.append((key, text))
        }
        document = "{\(members.map { "\"\($0.key)\": \($0.text)" }.joined(separator: ",\n"))}"
    }

    private static let destinations = """
        "secops": {"type": "slack", "url": {"env": "SLACK_SECOPS_URL"}},
        "secops-mail": {"type": "email", "to": ["secops@example.com"]},
        "siem": {"type": "webhook", "url": {"env": "SIEM_URL"}}
        """

    private static let surroundings = [
        (key: "version", text: "1"),
        (key: "destinations", text: "{\(destinations)}"),
        (key: "email", text: #"{"host": "smtp.example.com", "from": "noroshi@example.com"}"#),
        (key: "accounts", text: #"{"production": ["111122223333"]}"#),
        (
            key: "windows",
            text: #"{"nights": {"times": ["20:00-07:00"]}, "office hours": {"times": ["09:00-17:00"]}}"#
        ),
        (key: "rules", text: #"[{"name": "all", "when": {}, "send": ["secops"]}]"#),
    ]
}
