/// How long the parts of a message to Slack may be, in UTF-16 units.
///
/// Slack takes 50 blocks, a header of 150, a section of 3,000, 10 elements in a context (docs.slack.dev, "Reference:
/// blocks"). All blocks together fail from about 13,200 characters (slackapi/bolt-js issue 2509), so each part has a budget,
/// and the budgets add up to less than 12,000.
enum BlockKitLimit {
    static let summary = 600
    static let header = 150
    static let title = 800
    static let field = 280
    /// The longest section.
    static let description = 2600
    static let remediation = 500
    static let link = 1200
    static let rule = 260
}
