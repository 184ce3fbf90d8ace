import Crypto
import Findings
import FoundationEssentials
import Testing

@testable import Console

@Suite("What the console brings along")
struct VendoredTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/CConsole/assets/vendor")

    private func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: VendoredTests.folder.appending(path: name)))
    }

    private func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(UInt(0x100) + UInt($0), radix: 16).suffix(2) }.joined()
    }

    @Test("every vendored file is the one that VENDORED.json describes, and has a licence beside it")
    func unchanged() throws {
        let entries = try JSONDocument.parse(read("VENDORED.json")).elements
        var total = 0
        for entry in entries {
            let file = try #require(entry["file"]?.string)
            let bytes = try read(file)
            total += bytes.count
            #expect(digest(bytes) == entry["sha256"]?.string, "\(file)")
            for key in ["name", "version", "source", "usedBy"] {
                #expect(entry[key]?.string?.isEmpty == false, "\(file) has no \(key)")
            }
            let licence = try #require(entry["licence"]?.string?.split(separator: " ").last)
            #expect(try read(String(licence)).isEmpty == false)
        }
        let described = Set(entries.compactMap { $0["file"]?.string })
        let present = try FileManager.default.contentsOfDirectory(atPath: VendoredTests.folder.path())
        #expect(Set(present.filter { $0.hasSuffix(".js") }) == described)
        #expect(total <= 100_000)
    }

    @Test("what is served is what is vendored")
    func served() throws {
        #expect(Array(Assets.htmx.text.utf8) == (try read("htmx.min.js")))
        #expect(Array(Assets.events.text.utf8) == (try read("sse.min.js")))
    }

    /// Every script that is served and not vendored.
    private static let own = Assets.files.filter { file in
        file.path.hasSuffix(".js") && [Assets.htmx.path, Assets.events.path].contains(file.path) == false
    }

    @Test("every module of our own is readable and small, and does nothing that would need trust")
    func own() throws {
        let folder = VendoredTests.folder.appending(path: "..")
        let sources = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".js") }
        #expect(Self.own.count == sources.count && sources.count >= 4)
        let forbidden = [
            "eval(", "new Function", "innerHTML =", "innerHTML +=", "outerHTML", "insertAdjacentHTML", "document.write",
            "document.cookie",
            "http://", "https://", "importScripts", "import(", "setTimeout(\"", "setTimeout('", "javascript:",
        ]
        for file in Self.own {
            #expect(file.text.utf8.count < 8_192, "\(file.path)")
            #expect(file.text.split(separator: "\n").allSatisfy { $0.count <= 130 }, "\(file.path)")
            for word in forbidden { #expect(file.text.contains(word) == false, "\(file.path): \(word)") }
        }
    }
}
