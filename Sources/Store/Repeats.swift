/// Whether what is to be logged was said a moment ago: work that is tried every second says the same every second while the
/// store is away, and one line a minute tells as much.
package struct Repeats: Sendable {
    /// How long the same words are left out, in seconds.
    package static let silence = 60.0

    private var said: [String: (detail: String, at: Double)] = [:]

    package init() {}

    /// - Parameters:
    ///   - words: What is to be said.
    ///   - detail: About what; another detail is news.
    ///   - now: Seconds of a clock that only goes on.
    /// - Returns: Whether it was not said lately.
    package mutating func isNews(_ words: String, _ detail: String, now: Double) -> Bool {
        if let last = said[words], last.detail == detail, now - last.at < Repeats.silence { return false }
        said[words] = (detail, now)
        return true
    }
}
