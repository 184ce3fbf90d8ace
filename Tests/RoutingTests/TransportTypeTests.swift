import Findings
import Foundation
import Routing
import Testing

/// What is described of each type of destination, beside the schema and beside what is read.
@Suite("Types of destinations")
struct TransportTypeTests {
    private static let words = TransportType.all.map(\.word)

    private let schema: JSON

    init() throws { schema = try TransportTypeTests.json(Corpus.root.appending(path: "deploy/routes.schema.json")) }

    private static func json(_ file: URL) throws -> JSON {
        try JSONDocument.parse(Array(FileManager.default.contents(atPath: file.path) ?? Data()))
    }

    private func type(_ word: String) throws -> TransportType {
        try #require(TransportType.all.first { $0.word == word })
    }

    private func keys(_ json: JSON?) -> [String] { (json?.members.map(\.key) ?? []).sorted() }

    private func strings(_ json: JSON?) -> [String] { (json?.elements.compactMap(\.string) ?? []).sorted() }

    @Test("no two types have one word, and no type has a key that all of them have")
    func distinct() {
        #expect(Set(TransportTypeTests.words).count == TransportType.all.count)
        for type in TransportType.all {
            #expect(Set(type.keys + Destination.commonKeys).count == type.keys.count + Destination.commonKeys.count)
            #expect(Set(type.required).isSubset(of: type.keys))
            #expect((1...64).contains(type.defaults.concurrency))
        }
    }

    @Test("the schema has an entry for each type and for no other, and chooses it by its word")
    func schemaTypes() {
        let destination = schema[path: "$defs", "destination"]
        #expect(
            destination?[path: "properties", "type", "enum"]?.elements.compactMap(\.string) == TransportTypeTests.words
        )
        let choices = destination?["allOf"]?.elements ?? []
        #expect(
            choices.map { $0[path: "if", "properties", "type", "const"]?.string } == TransportTypeTests.words
        )
        #expect(choices.map { $0[path: "then", "$ref"]?.string } == TransportTypeTests.words.map { "#/$defs/\($0)" })
    }

    @Test("the schema's entry of a type has its keys, no more and no less", arguments: words)
    func schemaEntry(word: String) throws {
        let type = try type(word)
        let entry = try #require(schema[path: "$defs", word])
        #expect(entry[path: "properties", "type", "const"]?.string == word)
        #expect(entry["additionalProperties"]?.bool == false)
        #expect(keys(entry["properties"]) == (Destination.commonKeys + type.keys).sorted())
        #expect(strings(entry["required"]) == (["type"] + type.required).sorted())
    }

    @Test("the schema's \"email\" has the keys that mail destinations share")
    func sharedEmail() {
        #expect(keys(schema[path: "properties", "email", "properties"]) == EmailSettings.sharedKeys.sorted())
    }

    /// Every destination of the good documents, beside its document.
    private func examples() throws -> [(document: JSON, name: String, destination: JSON)] {
        try Corpus.good.files.flatMap { file in
            let document = try TransportTypeTests.json(file)
            return document["destinations"]?.members.map { (document, $0.key, $0.value) } ?? []
        }
    }

    @Test("every key of a type is read: a value that it cannot have is told at the key", arguments: words)
    func everyKey(word: String) throws {
        var read: Set<String> = []
        for (document, name, destination) in try examples() where destination["type"]?.string == word {
            for key in keys(destination) {
                let text = with([], at: ["destinations", name, key], in: document).text
                let isTold = diagnostics(text).contains { $0.severity == .error && $0.pointer.hasSuffix("/\(key)") }
                #expect(isTold, "\(name): \(key)")
                read.insert(key)
            }
        }
        let missing = Set(try type(word).keys).subtracting(read)
        #expect(missing.isEmpty, "the good documents of the corpus have no destination with \(missing.sorted())")
    }

    @Test("a required key that is missing is told", arguments: words)
    func required(word: String) throws {
        let found = diagnostics(#"{"version": 1, "rules": [], "destinations": {"d": {"type": "\#(word)"}}}"#)
        for key in try type(word).required {
            #expect(found.contains { $0.message.hasSuffix("destination needs the key \"\(key)\"") }, "\(key)")
        }
        #expect(found.contains { $0.severity == .error })
    }

    @Test("every secret that is written is one of the destination's, and no other is")
    func secrets() throws {
        for file in try Corpus.good.files {
            let written = try TransportTypeTests.json(file)
            for destination in try parse(written.text).destinations {
                let own = written[path: "destinations", destination.name]
                #expect(destination.transport.type.word == own?["type"]?.string)
                var expected = references(own)
                if case .email = destination.transport {
                    let isOwn = Set(own?.members.map(\.key) ?? [])
                    for member in written["email"]?.members ?? [] where isOwn.contains(member.key) == false {
                        expected.formUnion(references(member.value))
                    }
                }
                #expect(Set(destination.secrets) == expected, "\(file.lastPathComponent): \(destination.name)")
            }
        }
    }

    /// Whatever has the form of a reference to a secret.
    private func references(_ json: JSON?) -> Set<SecretReference> {
        guard let json else { return [] }
        if json.members.count == 1, let member = json.members.first, let text = member.value.string {
            switch member.key {
            case "env": return [.environment(text)]
            case "file": return [.file(text)]
            case "credential": return [.credential(text)]
            default: return []
            }
        }
        return (json.members.map(\.value) + json.elements).reduce(into: []) { $0.formUnion(references($1)) }
    }

    /// The document with another value at a path of keys.
    private func with(_ value: JSONValue, at path: ArraySlice<String>, in json: JSON) -> JSONValue {
        guard let key = path.first else { return value }
        return .object(
            json.members.map { member in
                .init(
                    member.key,
                    member.key == key ? with(value, at: path.dropFirst(), in: member.value) : .raw(member.value.text)
                )
            }
        )
    }
}
