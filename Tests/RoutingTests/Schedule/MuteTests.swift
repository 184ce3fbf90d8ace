import Findings
import FoundationEssentials
import Routing
import Testing

@Suite("Mutes")
struct MuteTests {
    private static let nights = #"{"times": ["22:00-06:00"], "timeZone": "Europe/Berlin"}"#
    private static let mornings = #"{"times": ["06:00-08:00"], "timeZone": "Europe/Berlin"}"#
    private static let office = #"{"times": ["09:00-17:00"], "weekdays": ["monday-friday"]}"#

    @Test(
        "a mute lasts until no window holds any more",
        arguments: [
            ([nights], false, "2026-11-27T22:00:00Z", "2026-11-28T05:00:00Z"),
            ([nights], false, "2026-11-27T12:00:00Z", nil),
            ([nights], false, "2026-11-28T05:00:00Z", nil),
            ([nights, mornings], false, "2026-11-27T22:00:00Z", "2026-11-28T07:00:00Z"),
            ([mornings, nights], false, "2026-11-27T22:00:00Z", "2026-11-28T07:00:00Z"),
            ([office], true, "2026-11-27T17:00:00Z", "2026-11-30T09:00:00Z"),
            ([office], true, "2026-11-27T16:59:59Z", nil),
            ([office, nights], true, "2026-11-27T17:00:00Z", "2026-11-27T21:00:00Z"),
            // The night in which clocks go back is an hour longer.
            ([nights], false, "2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"),
            ([nights], false, "2026-10-25T01:15:00Z", "2026-10-25T05:00:00Z"),
            // What does not end is taken to end after 400 days, what never begins too.
            ([#"{"times": ["00:00-24:00"]}"#], false, "2026-11-27T17:00:00Z", "2028-01-01T17:00:00Z"),
            ([#"{"dates": ["2020-01-01"]}"#], true, "2026-11-27T17:00:00Z", "2028-01-01T17:00:00Z"),
            ([#"{"times": ["00:00-24:00"]}"#], true, "2026-11-27T17:00:00Z", nil),
        ] as [([String], Bool, String, String?)]
    )
    func until(windows: [String], isOutside: Bool, now: String, end: String?) throws {
        let mute = Mute(windows: try windows.map { try window($0) }, isOutside: isOutside, reason: "quiet")
        #expect(try mute.until(.high, at: moment(now)) == end.map { try moment($0) })
    }

    @Test("a mute holds only the severities it names")
    func severities() throws {
        let mute = Mute(windows: [try window(MuteTests.nights)], severities: [.low, .medium], reason: "quiet")
        let night = try moment("2026-11-27T22:00:00Z")
        #expect(mute.until(.medium, at: night) != nil)
        #expect(mute.until(.high, at: night) == nil)
    }
}
