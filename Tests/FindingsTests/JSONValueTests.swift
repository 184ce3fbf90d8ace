import Findings
import Testing

@Suite("JSON output")
struct JSONValueTests {
    @Test(
        "a value is written on one line, safe inside a page",
        arguments: [
            (.null, "null"), (.bool(true), "true"), (.integer(-5), "-5"), (.double(1.5), "1.5"),
            (.double(.nan), "null"),
            (.double(.infinity), "null"), ("a\"\\\n\r\t\u{0}\u{7F}", #""a\"\\\n\r\t\u0000\u007f""#),
            ("<script>", #""\u003cscript>""#), ("a\u{2028}b\u{2029}", #""a\u2028b\u2029""#), ("日本😀", "\"日本😀\""),
            (["a", 1, .null], #"["a",1,null]"#), (["b": 1, "a": [:]], #"{"b":1,"a":{}}"#),
            (.raw(#"{"a": 1}"#), #"{"a": 1}"#),
            (.array([]), "[]"), (.object([]), "{}"),
        ] as [(JSONValue, String)]
    )
    func written(value: JSONValue, text: String) { #expect(value.text == text) }

    @Test("members without a value are left out of a compact object, and order is kept")
    func compact() {
        #expect(JSONValue.compact(["z": 1, "y": nil, "a": "b"]).text == #"{"z":1,"a":"b"}"#)
        #expect(JSONValue(nil).text == "null")
    }
}
