import Findings
import FoundationEssentials
import Testing

@testable import noroshi

@Suite("Tables of the commands")
struct TableTests {
    private let table = Table(
        columns: [.init(title: "NAME"), .init(title: "COUNT", isNumber: true), .init(title: "TITLE", gives: true)],
        rows: [["a", "12", "short"], ["日本", "3", .init(String(repeating: "x", count: 60), .red)]]
    )
    private let plain = Colours(isOn: false)

    @Test("numbers stand to the right, wide characters count twice")
    func aligned() {
        let lines = table.text(width: nil, colours: plain).split(separator: "\n")
        #expect(lines[0] == "NAME  COUNT  TITLE")
        #expect(lines[1] == "a        12  short")
        #expect(lines[2] == "日本      3  \(String(repeating: "x", count: 60))")
    }

    @Test("the column that gives is cut to the terminal, never to nothing", arguments: [(60, 47), (20, 20)])
    func cut(width: Int, kept: Int) {
        let lines = table.text(width: width, colours: plain).split(separator: "\n")
        #expect(lines[2] == "日本      3  \(String(repeating: "x", count: kept - 1))…")
    }

    @Test(
        "JSON is shown to people with < as itself, and with every other escape as it is",
        arguments: [
            (#"{"severity":"\u003c=high"}"#, #"{"severity":"<=high"}"#),
            (#"["\\u003c","\n\u003C"]"#, #"["\\u003c","\n<"]"#),
            (#"["a"]"#, #"["a"]"#),
        ]
    )
    func plain(received: String, shown: String) throws {
        #expect(try JSONDocument.parse(received).plainText == shown)
    }

    @Test("colour changes nothing about the width")
    func coloured() {
        let lines = table.text(width: nil, colours: Colours(isOn: true)).split(separator: "\n")
        #expect(lines[2].contains("\u{1B}[31mx"))
        #expect(lines[1].hasSuffix("  short"))
    }

    @Test(
        "moments are spans before now or dates",
        arguments: [("90s", 90), ("15m", 900), ("2h", 7_200), ("3d", 259_200)]
    )
    func moments(text: String, seconds: Double) throws {
        let now = try #require(Moment(argument: "0s")).date(before: .init(timeIntervalSince1970: 1_790_000_000))
        #expect(now == "2026-09-21T14:13:20Z")
        let moment = try #require(Moment(argument: text))
        let there = moment.date(before: .init(timeIntervalSince1970: 1_790_000_000 + seconds))
        #expect(there == now)
    }

    @Test("what is no moment is refused", arguments: ["", "h", "-1h", "1w", "yesterday", "2026-01-01"])
    func noMoment(text: String) { #expect(Moment(argument: text) == nil) }

    @Test("a path segment holds nothing that ends it")
    func encoded() {
        #expect(ServerConnection.encoded("arn:aws/ü?#%2F.-_~") == "arn%3Aaws%2F%C3%BC%3F%23%252F.-_~")
    }

    @Test(
        "a server's URL is judged before anything is sent",
        arguments: ["", "localhost:8080", "ftp://x", "http://x?y=1", "http://"]
    )
    func badURL(url: String) { #expect(throws: ServerFailure.self) { try ServerConnection(url: url, token: nil) } }
}
