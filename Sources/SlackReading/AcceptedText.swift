/// How much text Slack takes, in more than one kind of block (docs.slack.dev, "Reference: blocks").
enum AcceptedText {
    /// Characters of one text, and of an address.
    static let one = 3_000
    /// Undocumented: the sum over all blocks fails at about so many characters (slackapi/bolt-js issue 2509).
    static let allBlocks = 13_200
    /// Characters of all blocks of Markdown in one message (docs.slack.dev, "Reference: Markdown block").
    static let markdown = 12_000
}
