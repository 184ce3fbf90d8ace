/// A piece of text as Slack shows it.
package indirect enum SlackSpan: Sendable, Hashable {
    /// Markup, in which the names of emoji are alive.
    case text(String)
    /// Text of a rich text block, in which nothing is.
    case literal(String)
    case bold([SlackSpan])
    case italic([SlackSpan])
    case strike([SlackSpan])
    case code(String)
    case preformatted(String)
    case quote([SlackSpan])
    case link(url: String, label: String)
    /// A mention that reaches people: `@here`, `@channel`, `@U0123`.
    case mention(String)
    case lineBreak
}
