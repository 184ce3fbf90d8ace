import Findings
import FoundationEssentials

/// What a replay did not look at, in words that can stand in the first line of its answer.
enum ReplayCut {
    static func tooLong(_ since: Date, _ longest: Duration) -> String {
        "since \(moment(since)); a replay looks back \(Int(longest.seconds / 86_400)) days at most"
    }

    static func observations(_ since: Date, _ count: Int) -> String {
        "since \(moment(since)); one replay looks at no more than the newest \(count) observations"
    }

    static func history(_ since: Date) -> String { "since \(moment(since)); nothing is kept from before" }

    static func journal(_ since: Date) -> String {
        "since \(moment(since)); the journal of the time before is gone, and a pattern or other severities need it"
    }

    static let noJournal =
        "nothing was looked at: the journal of the time is gone, and a pattern or other severities need it"

    static func changes(_ shown: Int, _ omitted: Int) -> String {
        "the effect of the first \(shown) changes by themselves is shown, that of \(omitted) more is not"
    }

    static func changedObservations(_ count: Int) -> String {
        "the effect of each change by itself is that on the newest \(count) observations with another decision"
    }

    static let sampledDestinations =
        "examples are kept for each class and not for each destination; with those the answer would be too large"

    static func messages(_ since: Date, _ count: Int) -> String {
        "messages since \(moment(since)); they are counted for the newest \(count) observations at most"
    }

    static func messageTime(_ until: Date, _ time: Duration) -> String {
        "messages until \(moment(until)); after \(Int(time.seconds)) s of work on them the counting ends"
    }

    /// `Mon 2026-11-23 14:00 UTC`.
    static func moment(_ date: Date) -> String {
        let text = date.iso8601
        let days = Int((date.timeIntervalSince1970 / 86_400).rounded(.down))
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let name = names[((days % 7) + 7) % 7]
        return "\(name) \(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
