import Foundation
import NoroshiTestSupport
import Routing
import Testing

@Suite("The routes parser and hostile bytes")
struct RouteParserFuzzTests {
    /// Parses, and compiles what was read; the verdict does not matter, only that there is one.
    private func survives(_ bytes: [UInt8]) -> Bool {
        do throws(RouteDocumentError) {
            let (document, _, _) = try RouteDocument.parse(bytes, file: "fuzz.json")
            return RoutingTable(document, version: 1).document == document
        } catch {
            return error.diagnostics.contains { $0.severity == .error } && error.description.isEmpty == false
        }
    }

    @Test("bytes at random are refused with a reason", arguments: 1...4)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 0...200, using: &generator)
            #expect(survives((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }))
        }
    }

    @Test("good documents with bytes changed, cut, doubled or moved get a verdict", arguments: 1...4)
    func mutated(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let documents = try (Corpus.good.files + Corpus.bad.files).map { Array(try Data(contentsOf: $0)) }
        for _ in 0..<1_500 {
            var bytes = documents[Int.random(in: 0..<documents.count, using: &generator)]
            for _ in 0...Int.random(in: 0...3, using: &generator) { mutate(&bytes, documents, using: &generator) }
            #expect(survives(bytes), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ documents: [[UInt8]], using generator: inout SeededGenerator) {
        guard bytes.count > 1 else { return }
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, at + Int.random(in: 1...40, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.removeSubrange(at..<end)
        case 2: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 3: bytes[at] = Array(#"{}[]",:0-9@!*/\"#.utf8).randomElement(using: &generator) ?? 0
        case 4: bytes.removeSubrange(at...)
        default:
            let other = documents[Int.random(in: 0..<documents.count, using: &generator)]
            let from = Int.random(in: 0..<max(other.count, 1), using: &generator)
            bytes.replaceSubrange(at..<end, with: other[from..<min(other.count, from + 40)])
        }
    }
}
