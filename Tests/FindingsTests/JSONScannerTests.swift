import Findings
import NoroshiTestSupport
import Testing

@Suite("JSON texts")
struct JSONScannerTests {
    @Test(
        "a text of RFC 8259 is read",
        arguments: [
            "null", "true", "false", "0", "-0", "-1.5e+10", "1E5", "1e-5", "0.1", "123456789012345678901234567890",
            #""""#, #""é\u00e9\n\"\\\/\b\f\r\t""#, #""\ud83d\ude00""#, "[]", "{}", " [ 1 , 2 ] ",
            "\t\r\n{ \"a\" : [ ] } \n",
            #"{"a":1,"a":2}"#, "[[[[[[]]]]]]", "\u{FEFF}{}", #"{"":""}"#, "\"\u{7F}\u{2028}\"", #"["\ud800"]"#,
        ]
    )
    func good(text: String) throws { #expect(throws: Never.self) { try JSONDocument.parse(text) } }

    @Test(
        "a text that is not JSON is refused at the place of the mistake",
        arguments: [
            ("", 1, 1), ("   ", 1, 4), ("{", 1, 2), ("[", 1, 2), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("[,1]", 1, 2),
            ("{\"a\":1,}", 1, 8), ("{\"a\" 1}", 1, 6), ("{a:1}", 1, 2), ("{'a':1}", 1, 2), ("{\"a\":}", 1, 6),
            ("{\"a\":1 \"b\":2}", 1, 8), ("01", 1, 2), ("1.", 1, 3), (".5", 1, 1), ("+1", 1, 1), ("1e", 1, 3),
            ("-", 1, 2), ("tru", 1, 1), ("nul", 1, 1), ("True", 1, 1), ("NaN", 1, 1), ("Infinity", 1, 1),
            ("\"a", 1, 3), ("\"\\x\"", 1, 3), ("\"\\u12G4\"", 1, 6), ("\"a\nb\"", 1, 3), ("{} {}", 1, 4), ("[]]", 1, 3),
            ("{\n  \"a\": 1,\n  // no\n}", 3, 3), ("{\n  \"a\": \"x\"\n  \"b\": 2\n}", 3, 3),
            ("{\"a\":\u{201C}b\u{201D}}", 1, 6),
            ("[\"\u{65E5}\u{672C}\", x]", 1, 8), ("\u{FEFF}", 1, 2), ("/* c */ 1", 1, 1), ("[1]\u{0}", 1, 4),
        ]
    )
    func bad(text: String, line: Int, column: Int) {
        #expect(throws: JSONSyntaxError.self) { try JSONDocument.parse(text) }
        do {
            _ = try JSONDocument.parse(text)
        } catch {
            #expect(error.position == TextPosition(line: line, column: column), "\(error)")
        }
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
        ]
            as [[UInt8]]
    )
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONDocument.parse(bytes) }
    }

    @Test(
        "escapes are resolved when a string is asked for, lone surrogates replaced",
        arguments: [
            (#""a\"b\\c\/d""#, "a\"b\\c/d"), (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u65e5""#, "Aé日"),
            (#""\ud83d\ude00!""#, "😀!"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
            (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\u0000""#, "\u{0}"), (#""日本""#, "日本"),
        ]
    )
    func escapes(text: String, expected: String) throws {
        #expect(try JSONDocument.parse(text).string == expected)
    }

    @Test("numbers keep their spelling and are whole only when they are")
    func numbers() throws {
        let json = try JSONDocument.parse(
            "[9007199254740993, 5.0, 5e0, 5.5, 1e400, 012345]".replacing("012345", with: "12345")
        )
        #expect(json.elements.map(\.number) == ["9007199254740993", "5.0", "5e0", "5.5", "1e400", "12345"])
        #expect(json.elements.map(\.integer) == [9_007_199_254_740_993, 5, 5, nil, nil, 12345])
        #expect(json.elements[4].double == nil)
    }

    @Test("the last of duplicate keys wins, and all of them are seen")
    func duplicates() throws {
        let json = try JSONDocument.parse(#"{"a":1,"\u0061":2,"b":3}"#)
        #expect(json["a"]?.integer == 2)
        #expect(json.members.map(\.key) == ["a", "a", "b"])
    }

    @Test("values know their bytes and their place")
    func places() throws {
        let json = try JSONDocument.parse("{\n  \"日\": [1, {\"b\" : true}]\n}")
        let list = try #require(json["日"])
        #expect(list.text == "[1, {\"b\" : true}]")
        #expect(list.position == TextPosition(line: 2, column: 8))
        #expect(list.elements[1]["b"]?.position == TextPosition(line: 2, column: 19))
        #expect(json[path: "日", "b"]?.bool == nil)
        #expect(list.elements.count == 2)
    }

    @Test("a text may nest as deep as allowed and no deeper")
    func depth() throws {
        let deep = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        #expect(throws: Never.self) { try JSONDocument.parse(deep(128)) }
        #expect(throws: JSONSyntaxError.self) { try JSONDocument.parse(deep(129)) }
        #expect(throws: Never.self) { try JSONDocument.parse(deep(2), maximumDepth: 2) }
        #expect(throws: JSONSyntaxError.self) { try JSONDocument.parse(deep(1_000_000)) }
    }

    @Test("a number with a fraction is the nearest double to it, however it is read", arguments: 0..<10)
    func fractions(seed: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<1000 {
            let value = Double.random(in: -1e9...1e9, using: &numbers)
            let places = Int.random(in: 1...6, using: &numbers)
            for text in [
                "\(value)", "\(Int(value)).\(String("\(abs(Int(value)))".prefix(places)))", "0.\(abs(Int(value)))",
            ] {
                #expect(try JSONDocument.parse(text).double == Double(text))
            }
        }
        for text in ["-0.0", "0.1", "123456789012345.0", "99999999999999.9", "0.000000000000001", "1.5e3", "1e400"] {
            let double = try JSONDocument.parse(text).double
            #expect(double?.bitPattern == Double(text).flatMap { $0.isFinite ? $0.bitPattern : nil })
        }
    }
}
