import Findings
import NoroshiTestSupport
import Testing

@Suite("JSON under random input")
struct JSONFuzzTests {
    @Test("what is written is read back as the same value", arguments: 0..<20)
    func roundTrip(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<200 {
            let value = randomValue(depth: 4, &generator)
            let json = try JSONDocument.parse(value.bytes)
            #expect(copy(json) == value)
        }
    }

    @Test("random bytes never stop the program", arguments: 0..<10)
    func randomBytes(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let alphabet =
            Array("{}[]\",:\\u0123eE+-.tfn \n\u{E9}".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
        var read = 0
        for _ in 0..<2000 {
            let length = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            do {
                visit(try JSONDocument.parse(bytes))
                read += 1
            } catch {
                #expect(error.offset >= 0 && error.offset <= bytes.count)
                #expect(error.position.line >= 1 && error.position.column >= 1)
            }
        }
        #expect(read > 0)
    }

    @Test("a changed payload never stops the program", arguments: Fixture.all)
    func mutations(name: String) throws {
        var generator = SeededGenerator(seed: 7)
        let original = try Fixture.bytes(name)
        for _ in 0..<60 {
            let bytes = original.mutated(using: &generator)
            do {
                visit(try JSONDocument.parse(bytes))
            } catch {
                #expect(error.offset <= bytes.count)
            }
        }
    }

    private func visit(_ json: JSON) {
        _ = (json.text, json.string, json.double, json.integer, json.bool)
        json.elements.forEach(visit)
        for member in json.members {
            #expect(json[member.key] != nil)
            visit(member.value)
        }
    }

    private func randomValue(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .integer(Int.random(in: Int.min...Int.max, using: &generator))
        case 3: .double(Double.random(in: -1e9...1e9, using: &generator))
        case 4: .string(randomString(&generator))
        case 5: .array((0..<3).map { _ in randomValue(depth: depth - 1, &generator) })
        default:
            .object(
                (0..<3).map { .init("\($0)\(randomString(&generator))", randomValue(depth: depth - 1, &generator)) }
            )
        }
    }

    private func randomString(_ generator: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "<", "é", "日", "\u{2028}", "😀",
        ]
        let count = Int.random(in: 0...12, using: &generator)
        return String(
            String.UnicodeScalarView((0..<count).map { _ in scalars[Int.random(in: 0..<13, using: &generator)] })
        )
    }

    private func copy(_ json: JSON) -> JSONValue {
        switch json.kind {
        case .null: .null
        case .true: .bool(true)
        case .false: .bool(false)
        case .string: .string(json.string ?? "")
        case .number:
            if let number = json.number, let integer = Int(number) {
                .integer(integer)
            } else {
                .double(json.double ?? 0)
            }
        case .array: .array(json.elements.map(copy))
        case .object: .object(json.members.map { .init($0.key, copy($0.value)) })
        }
    }
}
