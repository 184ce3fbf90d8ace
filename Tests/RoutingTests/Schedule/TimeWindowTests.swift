import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Testing

@Suite("Time windows")
struct TimeWindowTests {
    @Test(
        "a window is any value of a field and all fields together",
        arguments: [
            // 2026-11-27 is a Friday.
            (#"{"times": ["09:00-17:00"]}"#, "2026-11-27T09:00:00Z", true),
            (#"{"times": ["09:00-17:00"]}"#, "2026-11-27T08:59:59Z", false),
            (#"{"times": ["09:00-17:00"]}"#, "2026-11-27T16:59:59Z", true),
            (#"{"times": ["09:00-17:00"]}"#, "2026-11-27T17:00:00Z", false),
            (#"{"times": ["01:00-02:00", "09:00-17:00"]}"#, "2026-11-27T01:30:00Z", true),
            (#"{"times": ["18:00-24:00"]}"#, "2026-11-27T23:59:59Z", true),
            (#"{"times": ["18:00-24:00"]}"#, "2026-11-28T00:00:00Z", false),
            (#"{"times": ["00:00-24:00"]}"#, "2026-11-28T00:00:00Z", true),
            (#"{"times": ["22:00-06:00"], "weekdays": ["friday"]}"#, "2026-11-28T05:59:00Z", true),
            (#"{"times": ["22:00-06:00"], "weekdays": ["friday"]}"#, "2026-11-27T05:59:00Z", false),
            (#"{"times": ["22:00-00:00"], "weekdays": ["friday"]}"#, "2026-11-27T23:30:00Z", true),
            (#"{"times": ["09:00-17:00"], "timeZone": "Asia/Tokyo"}"#, "2026-11-27T00:00:00Z", true),
            (#"{"weekdays": ["monday-friday"]}"#, "2026-11-27T12:00:00Z", true),
            (#"{"weekdays": ["monday-friday"]}"#, "2026-11-28T12:00:00Z", false),
            (#"{"weekdays": ["saturday-monday"]}"#, "2026-11-30T12:00:00Z", true),
            (#"{"weekdays": ["saturday-monday"]}"#, "2026-12-01T12:00:00Z", false),
            (#"{"dates": ["2026-12-24..2026-12-26"]}"#, "2026-12-26T23:59:59Z", true),
            (#"{"dates": ["2026-12-24..2026-12-26"]}"#, "2026-12-27T00:00:00Z", false),
            (#"{"dates": ["2026-12-24", "2027-01-01"]}"#, "2027-01-01T10:00:00Z", true),
            (#"{"daysOfMonth": ["-1"]}"#, "2028-02-29T10:00:00Z", true),
            (#"{"daysOfMonth": ["-1"]}"#, "2027-02-28T10:00:00Z", true),
            (#"{"daysOfMonth": ["-1"]}"#, "2028-02-28T10:00:00Z", false),
            (#"{"daysOfMonth": ["-3..-1"]}"#, "2026-11-28T10:00:00Z", true),
            (#"{"daysOfMonth": ["29..31"]}"#, "2027-02-28T10:00:00Z", false),
            (#"{"daysOfMonth": ["25..31"]}"#, "2027-02-28T10:00:00Z", true),
            (#"{"daysOfMonth": ["-31..-28"]}"#, "2027-02-01T10:00:00Z", true),
            (#"{"daysOfMonth": ["15..-1"]}"#, "2026-11-30T10:00:00Z", true),
            (#"{"months": ["november-february"]}"#, "2027-01-05T10:00:00Z", true),
            (#"{"months": ["november-february"]}"#, "2027-03-05T10:00:00Z", false),
            (
                #"{"months": ["november"], "weekdays": ["friday"], "times": ["09:00-10:00"]}"#,
                "2026-11-27T09:30:00Z", true
            ),
            (
                #"{"months": ["december"], "weekdays": ["friday"], "times": ["09:00-10:00"]}"#,
                "2026-11-27T09:30:00Z", false
            ),
        ]
    )
    func contains(json: String, at text: String, isInside: Bool) throws {
        #expect(try window(json).contains(moment(text)) == isInside)
    }

    @Test(
        "on days that skip or repeat an hour a window is one piece that holds all that reads inside",
        arguments: [
            // Berlin skips 02:00 to 03:00 on 2026-03-29, at 01:00 UTC.
            ("Europe/Berlin", "02:30-05:00", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"),
            ("Europe/Berlin", "01:00-02:30", "2026-03-28T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "02:15-02:45", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"),
            ("Europe/Berlin", "02:15-03:00", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:45:00Z"),
            ("Europe/Berlin", "22:00-06:00", "2026-03-28T12:00:00Z", "2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"),
            // Berlin repeats 02:00 to 03:00 on 2026-10-25, at 01:00 UTC.
            ("Europe/Berlin", "02:30-05:00", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T04:00:00Z"),
            ("Europe/Berlin", "01:00-02:30", "2026-10-24T12:00:00Z", "2026-10-24T23:00:00Z", "2026-10-25T01:30:00Z"),
            ("Europe/Berlin", "02:15-02:45", "2026-10-24T12:00:00Z", "2026-10-25T00:15:00Z", "2026-10-25T01:45:00Z"),
            ("Europe/Berlin", "01:00-02:00", "2026-10-24T12:00:00Z", "2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z"),
            ("Europe/Berlin", "02:00-03:00", "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"),
            ("Europe/Berlin", "03:00-04:00", "2026-10-24T12:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z"),
            // Havana changes at midnight: it skips 00:00 to 01:00 on 2026-03-08, and repeats it on 2026-11-01.
            ("America/Havana", "00:00-12:00", "2026-03-07T20:00:00Z", "2026-03-08T05:00:00Z", "2026-03-08T16:00:00Z"),
            ("America/Havana", "12:00-24:00", "2026-10-31T10:00:00Z", "2026-10-31T16:00:00Z", "2026-11-01T04:00:00Z"),
            ("America/Havana", "00:00-12:00", "2026-10-31T20:00:00Z", "2026-11-01T04:00:00Z", "2026-11-01T17:00:00Z"),
            // Lord Howe repeats half an hour, 01:30 to 02:00, on 2026-04-05.
            (
                "Australia/Lord_Howe", "01:00-01:45", "2026-04-04T10:00:00Z",
                "2026-04-04T14:00:00Z", "2026-04-04T15:15:00Z"
            ),
        ]
    )
    func changingClocks(zone: String, span: String, from: String, start: String, end: String) throws {
        let window = try window(#"{"timeZone": "\#(zone)", "times": ["\#(span)"]}"#)
        let found = try #require(try window.nextStart(after: moment(from)))
        #expect(try found == moment(start))
        #expect(try window.end(from: found) == moment(end))
        // It does not begin again on the same day.
        let next = try #require(window.nextStart(after: found))
        #expect(next.timeIntervalSince(found) > 22 * 3600)
    }

    @Test("windows that touch are one, and one that never ends has no end")
    func touching() throws {
        let week = try window(#"{"weekdays": ["friday-sunday"]}"#)
        #expect(try week.end(from: moment("2026-11-27T10:00:00Z")) == moment("2026-11-30T00:00:00Z"))
        #expect(try week.nextStart(after: moment("2026-11-27T10:00:00Z")) == moment("2026-12-04T00:00:00Z"))
        #expect(try week.end(from: moment("2026-11-30T10:00:00Z")) == moment("2026-11-30T10:00:00Z"))
        let winter = try window(#"{"months": ["november-february"], "timeZone": "America/Havana"}"#)
        #expect(try winter.end(from: moment("2026-11-01T04:30:00Z")) == moment("2027-03-01T05:00:00Z"))
        #expect(try winter.nextStart(after: moment("2026-11-01T04:30:00Z")) == moment("2027-11-01T04:00:00Z"))
        let always = try window(#"{"times": ["00:00-12:00", "11:00-24:00"]}"#)
        #expect(try always.end(from: moment("2026-11-27T10:00:00Z")) == nil)
        #expect(try always.nextStart(after: moment("2026-11-27T10:00:00Z")) == nil)
        let past = try window(#"{"dates": ["2020-01-01"]}"#)
        #expect(try past.nextStart(after: moment("2026-11-27T10:00:00Z")) == nil)
    }

    @Test("borders are found where a comparison minute by minute finds them", arguments: 1...12)
    func borders(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let zone = ["Europe/Berlin", "America/Havana", "Asia/Kolkata", "Australia/Lord_Howe"][seed % 4]
        let start = Int.random(in: 0..<1440, using: &generator)
        let length = [1, 30, 60, 480, 1439].randomElement(using: &generator) ?? 1
        func clock(_ minute: Int) -> String {
            let hour = minute / 60 % 24
            return (hour < 10 ? "0" : "") + "\(hour):" + (minute % 60 < 10 ? "0" : "") + "\(minute % 60)"
        }
        let days = Bool.random(using: &generator) ? #", "weekdays": ["saturday-monday", "wednesday"]"# : ""
        let window = try window(
            #"{"timeZone": "\#(zone)", "times": ["\#(clock(start))-\#(clock(start + length))"]\#(days)}"#
        )
        let changes = ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"]
        for change in changes {
            let first = try moment("\(change)T00:00:00Z").addingTimeInterval(-2 * 86_400)
            let inside = (0..<(4 * 1440)).map { window.contains(first.addingTimeInterval(Double($0) * 60)) }
            var at = 0
            while at < inside.count - 1, inside[at] == inside[at + 1] { at += 1 }
            let border = first.addingTimeInterval(Double(at + 1) * 60)
            guard at < inside.count - 1 else { continue }
            if inside[0] {
                #expect(window.end(from: first) == border, "\(zone) \(change)")
            } else {
                #expect(window.nextStart(after: first) == border, "\(zone) \(change)")
            }
            // Everything that reads inside is inside.
            let everyDay = days.isEmpty
            for minute in stride(from: 0, to: inside.count, by: 7) where everyDay {
                let date = first.addingTimeInterval(Double(minute) * 60)
                let offset = window.timeZone.secondsFromGMT(for: date)
                let reading = (Int(date.timeIntervalSince1970) + offset) / 60 % 1440
                let readsInside = (reading - start + 1440) % 1440 < length
                if readsInside { #expect(inside[minute], "\(zone) \(date.iso8601)") }
            }
        }
    }
}
