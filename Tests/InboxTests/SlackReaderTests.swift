import Testing
import SlackReading

@testable import Inbox

@Suite("Slack messages")
struct SlackReaderTests {
    struct Post: Sendable, CustomTestStringConvertible {
        var about: String
        var body: String
        var word: String

        init(_ about: String, _ body: String, _ word: String) {
            self.about = about
            self.body = body
            self.word = word
        }

        var testDescription: String { about }
    }

    private static func text(_ count: Int, _ type: String = "mrkdwn") -> String {
        #"{"type":"\#(type)","text":"\#(String(repeating: "x", count: count))"}"#
    }

    private static func blocks(_ blocks: String...) -> String { #"{"blocks":[\#(blocks.joined(separator: ","))]}"# }

    private static func list(_ element: String, _ count: Int) -> String {
        "[\(Array(repeating: element, count: count).joined(separator: ","))]"
    }

    private static func rich(_ element: String) -> String {
        #"{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[\#(element)]}]}"#
    }

    private static let divider = #"{"type":"divider"}"#

    @Test(
        "a post gets Slack's own word for what is wrong with it",
        arguments: [
            Post("text", #"{"text":"hi"}"#, "ok"),
            Post("nothing", "{}", "no_text"),
            Post("empty text", #"{"text":""}"#, "no_text"),
            Post("no JSON", "{", "invalid_payload"),
            Post("an array", "[]", "invalid_payload"),
            Post("text of a wrong type", #"{"text":3}"#, "invalid_payload"),
            Post("50 blocks", #"{"blocks":\#(list(divider, 50))}"#, "ok"),
            Post("51 blocks", #"{"blocks":\#(list(divider, 51))}"#, "invalid_blocks"),
            Post("a header of 150", blocks(#"{"type":"header","text":\#(text(150, "plain_text"))}"#), "ok"),
            Post("a header of 151", blocks(#"{"type":"header","text":\#(text(151, "plain_text"))}"#), "invalid_blocks"),
            Post("a header in markup", blocks(#"{"type":"header","text":\#(text(5))}"#), "invalid_blocks"),
            Post("a section of 3,000", blocks(#"{"type":"section","text":\#(text(3_000))}"#), "ok"),
            Post("a section of 3,001", blocks(#"{"type":"section","text":\#(text(3_001))}"#), "invalid_blocks"),
            Post("an empty section text", blocks(#"{"type":"section","text":\#(text(0))}"#), "invalid_blocks"),
            Post("a section of nothing", blocks(#"{"type":"section"}"#), "invalid_blocks"),
            Post("10 fields", blocks(#"{"type":"section","fields":\#(list(text(9), 10))}"#), "ok"),
            Post("11 fields", blocks(#"{"type":"section","fields":\#(list(text(9), 11))}"#), "invalid_blocks"),
            Post("a field of 2,001", blocks(#"{"type":"section","fields":[\#(text(2_001))]}"#), "invalid_blocks"),
            Post("10 context elements", blocks(#"{"type":"context","elements":\#(list(text(9), 10))}"#), "ok"),
            Post(
                "11 context elements",
                blocks(#"{"type":"context","elements":\#(list(text(9), 11))}"#),
                "invalid_blocks"
            ),
            Post("no context elements", blocks(#"{"type":"context","elements":[]}"#), "invalid_blocks"),
            Post("an unknown type", blocks(#"{"type":"marquee"}"#), "invalid_blocks"),
            Post("no type", blocks("{}"), "invalid_blocks"),
            Post(
                "one block_id twice",
                blocks(#"{"type":"divider","block_id":"a"}"#, #"{"type":"divider","block_id":"a"}"#),
                "invalid_blocks"
            ),
            Post(
                "a button label of 76",
                blocks(#"{"type":"actions","elements":[{"type":"button","text":\#(text(76, "plain_text"))}]}"#),
                "invalid_blocks"
            ),
            Post(
                "a button url of 3,001",
                blocks(
                    #"{"type":"actions","elements":[{"type":"button","text":\#(text(5, "plain_text")),"url":"\#(String(repeating: "u", count: 3_001))"}]}"#
                ),
                "invalid_blocks"
            ),
            Post(
                "four sections within 13,200",
                #"{"blocks":\#(list(#"{"type":"section","text":\#(text(3_000))}"#, 4))}"#,
                "ok"
            ),
            Post(
                "five sections over 13,200",
                #"{"blocks":\#(list(#"{"type":"section","text":\#(text(3_000))}"#, 5))}"#,
                "msg_blocks_too_long"
            ),
            Post("rich text", blocks(rich(#"{"type":"text","text":"x","style":{"bold":true}}"#)), "ok"),
            Post("rich text with a link", blocks(rich(#"{"type":"link","url":"https://a.example/?a&b"}"#)), "ok"),
            Post("rich text with an empty text", blocks(rich(#"{"type":"text","text":""}"#)), "invalid_blocks"),
            Post("rich text of an unknown element", blocks(rich(#"{"type":"marquee"}"#)), "invalid_blocks"),
            Post("rich text without parts", blocks(#"{"type":"rich_text","elements":[]}"#), "invalid_blocks"),
            Post(
                "rich text over 13,200",
                blocks(rich(#"{"type":"text","text":"\#(String(repeating: "x", count: 13_201))"}"#)),
                "msg_blocks_too_long"
            ),
            Post("100 attachments", #"{"attachments":\#(list(#"{"text":"x"}"#, 100))}"#, "ok"),
            Post("101 attachments", #"{"attachments":\#(list(#"{"text":"x"}"#, 101))}"#, "too_many_attachments"),
            Post("an attachment of a wrong type", #"{"attachments":["x"]}"#, "invalid_attachments"),
            Post(
                "bad blocks in an attachment",
                #"{"attachments":[{"blocks":[{"type":"section"}]}]}"#,
                "invalid_blocks"
            ),
        ]
    )
    func verdict(_ post: Post) {
        #expect(verdict(post.body) == post.word)
    }

    @Test("a payload in a form field is read like a JSON body")
    func form() throws {
        let message = try SlackMessage.read(Array("a=b&payload=%7B%22text%22%3A%22one+two%22%7D".utf8), isForm: true)
        #expect(message.text == "one two")
    }

    @Test(
        "markup is shown as Slack shows it",
        arguments: [
            ("*bold* _italic_ ~gone~ `code`", "bold italic gone code"),
            ("2*3*4 snake_case_name ~", "2*3*4 snake_case_name ~"),
            ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
            ("<https://example.com|a label>", "a label (https://example.com)"),
            ("<https://example.com>", "https://example.com"),
            ("<!here> <!subteam^S1|@team> <@U1>", "@here @team @U1"),
            ("```*not bold*```", "*not bold*"),
            ("&gt; quoted", "> quoted"),
            ("<unclosed", "<unclosed"),
            ("* not bold *", "* not bold *"), ("arn:aws:y:1:secret:z :100: :+1:", "arn:aws:y:1㊙️z 💯 👍"),
            ("`arn:aws:x:1:secret:a` :nothing:", "arn:aws:x:1:secret:a :nothing:"),
        ]
    )
    func markup(written: String, read: String) {
        #expect(SlackMessage.shown(markup: written) == read)
    }

    @Test("markup lives in mrkdwn and in plain text with emoji, and nowhere else")
    func literal() throws {
        let words = "*a* :secret: <b>"
        func message(_ block: String) throws -> [String] {
            try SlackMessage.read(Array(Self.blocks(block).utf8), isForm: false).shown
        }
        #expect(try message(#"{"type":"section","text":{"type":"mrkdwn","text":"\#(words)"}}"#) == ["a ㊙️ b"])
        #expect(
            try message(#"{"type":"section","text":{"type":"plain_text","text":"\#(words)"}}"#) == ["*a* ㊙️ <b>"]
        )
        #expect(
            try message(#"{"type":"section","text":{"type":"plain_text","emoji":false,"text":"\#(words)"}}"#) == [words]
        )
        #expect(
            try message(#"{"type":"header","text":{"type":"plain_text","emoji":false,"text":"\#(words)"}}"#) == [words]
        )
        #expect(
            try message(Self.rich(#"{"type":"text","text":"\#(words)"},{"type":"emoji","name":"fire"}"#)) == [
                words + "🔥"
            ]
        )
    }

    private func verdict(_ body: String) -> String {
        do {
            _ = try SlackMessage.read(Array(body.utf8), isForm: false)
            return "ok"
        } catch {
            return error.word
        }
    }
}
