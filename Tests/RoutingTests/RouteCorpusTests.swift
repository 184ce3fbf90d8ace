import Foundation
import NoroshiTestSupport
import Routing
import Testing

/// Documents that are good, bad in a way that a JSON Schema sees, and bad in a way that none can see.
enum Corpus: String, CaseIterable {
    case good
    case bad
    case beyondSchema = "bad-beyond-schema"

    private static let folder = Bundle.module.bundleURL.appending(path: "Fixtures")

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static var validator: String { folder.appending(path: "validate.py").path }

    var files: [URL] {
        get throws {
            try FileManager.default
                .contentsOfDirectory(at: Corpus.folder.appending(path: rawValue), includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "json" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
        }
    }
}

@Suite("The corpus of good and bad documents")
struct RouteCorpusTests {
    private func errors(_ file: URL) throws -> [String] {
        do throws(RouteDocumentError) {
            _ = try RouteDocument.parse(Array(read(file)), file: file.lastPathComponent)
            return []
        } catch {
            return error.diagnostics.filter { $0.severity == .error }.map(\.description)
        }
    }

    private func read(_ file: URL) -> Data { FileManager.default.contents(atPath: file.path) ?? Data() }

    @Test("a good document has no error")
    func good() throws {
        let files = try Corpus.good.files
        #expect(files.count >= 20)
        for file in files { #expect(try errors(file) == [], "\(file.lastPathComponent)") }
    }

    @Test("a bad document is refused with the words beside it", arguments: [Corpus.bad, .beyondSchema])
    func bad(corpus: Corpus) throws {
        let files = try corpus.files
        #expect(files.count >= 30)
        for file in files {
            let expected = String(
                decoding: read(file.deletingPathExtension().appendingPathExtension("txt")),
                as: UTF8.self
            )
            #expect(try errors(file).first.map { $0 + "\n" } == expected, "\(file.lastPathComponent)")
        }
    }

    @Test("no message repeats what may be a secret")
    func secrets() throws {
        for file in try Corpus.bad.files + Corpus.beyondSchema.files {
            #expect(try errors(file).allSatisfy { $0.contains("SECRETSECRET") == false }, "\(file.lastPathComponent)")
        }
    }

    @Test("every message is one line")
    func oneLine() throws {
        for file in try Corpus.bad.files + Corpus.beyondSchema.files {
            #expect(
                try errors(file).allSatisfy { $0.contains(where: \.isNewline) == false },
                "\(file.lastPathComponent)"
            )
        }
    }

    @Test("the repository's own routes.json has neither error nor warning")
    func own() throws {
        let found = diagnostics(String(decoding: read(Corpus.root.appending(path: "routes.json")), as: UTF8.self))
        #expect(found.map(\.description) == [])
    }

    @Test("the JSON Schema gives the same verdict, and calls good what it cannot see")
    func schema() throws {
        let own = Corpus.root.appending(path: "routes.json")
        let files = try Corpus.allCases.flatMap { try $0.files } + [own]
        let run = try CommandRun(
            CommandRun.python,
            [Corpus.validator, Corpus.root.appending(path: "deploy/routes.schema.json").path] + files.map(\.path)
        )
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(lines.count == files.count)
        for line in lines where line.count == 2 {
            switch URL(filePath: line[0]).deletingLastPathComponent().lastPathComponent {
            case "bad": #expect(line[1] == "invalid", "\(line[0])")
            case "bad-beyond-schema": #expect(line[1] != "invalid", "\(line[0])")
            default: #expect(line[1] == "valid", "\(line[0])")
            }
        }
    }
}
