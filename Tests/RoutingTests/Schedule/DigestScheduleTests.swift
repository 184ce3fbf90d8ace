import FoundationEssentials
import Routing
import Testing

@Suite("Digest schedules")
struct DigestScheduleTests {
    private func schedule(_ json: String) throws -> DigestSchedule {
        let rule = #"[{"name": "a", "when": {}, "send": ["soc"], "digest": \#(json)}]"#
        return try #require(try parse(document(rules: rule)).rules.first?.terms.digest)
    }

    @Test(
        "the next summary is the first time strictly after now",
        arguments: [
            (#"{"at": ["17:00", "09:00"]}"#, "2026-11-27T08:00:00Z", "2026-11-27T09:00:00Z"),
            (#"{"at": ["17:00", "09:00"]}"#, "2026-11-27T09:00:00Z", "2026-11-27T17:00:00Z"),
            (#"{"at": ["17:00", "09:00"]}"#, "2026-11-27T17:00:00Z", "2026-11-28T09:00:00Z"),
            (#"{"at": ["00:00"]}"#, "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z"),
            (#"{"at": ["09:00"], "weekdays": ["monday-friday"]}"#, "2026-11-27T10:00:00Z", "2026-11-30T09:00:00Z"),
            (#"{"at": ["09:00"], "daysOfMonth": ["-1"]}"#, "2026-11-30T10:00:00Z", "2026-12-31T09:00:00Z"),
            (#"{"at": ["09:00"], "timeZone": "Asia/Tokyo"}"#, "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z"),
            (
                #"{"at": ["09:00"], "weekdays": ["friday"], "daysOfMonth": ["1"]}"#, "2026-11-27T10:00:00Z",
                "2027-01-01T09:00:00Z"
            ),
            // Skipped: when the clock jumps. Twice: the first time alone.
            (#"{"at": ["02:30"], "timeZone": "Europe/Berlin"}"#, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            (#"{"at": ["02:30"], "timeZone": "Europe/Berlin"}"#, "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
            (#"{"at": ["02:30"], "timeZone": "Europe/Berlin"}"#, "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            (#"{"at": ["02:30"], "timeZone": "Europe/Berlin"}"#, "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ]
    )
    func next(json: String, after: String, next: String) throws {
        #expect(try schedule(json).next(after: moment(after)) == moment(next))
    }

    @Test("a schedule without a day within 400 days comes after 400 days")
    func never() throws {
        let never = DigestSchedule(at: [540], days: CalendarDays(dates: [0...0]))
        let now = try moment("2026-11-27T00:00:00Z")
        #expect(never.next(after: now) == now.addingTimeInterval(400 * 86_400))
    }
}
