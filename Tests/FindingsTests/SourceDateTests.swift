import Foundation
import Testing

@testable import Findings

@Suite("dates")
struct SourceDateTests {
    @Test(
        "every form of date that sources write is read",
        arguments: [
            ("2026-03-02T08:15:00Z", "2026-03-02T08:15:00Z"), ("2026-03-02T08:15:00.5Z", "2026-03-02T08:15:00.500Z"),
            ("2025-04-08T03:18:43.509465073Z", "2025-04-08T03:18:43.509Z"),
            ("2025-04-08T03:18:43.5094650731234Z", "2025-04-08T03:18:43.509Z"),
            ("2019-10-02T17:04:40.985+0000", "2019-10-02T17:04:40.985Z"),
            ("2023-09-19T11:05:22.487-04:00", "2023-09-19T15:05:22.487Z"),
            ("2023-09-19T11:05:22-1759", "2023-09-20T05:04:22Z"),
            ("2026-03-02T17:00:00.5+09:00", "2026-03-02T08:00:00.500Z"),
            ("2026-03-02T08:15:00+09", "2026-03-01T23:15:00Z"),
            ("2025-02-14T14:27:20.697446", "2025-02-14T14:27:20.697Z"),
            ("2022-06-25 10:00:48.868000+00:00", "2022-06-25T10:00:48.868Z"), ("2026-03-02", "2026-03-02T00:00:00Z"),
            ("2026-03-02T08:15Z", "2026-03-02T08:15:00Z"), ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"), ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"),
            ("Fri, 27 Jan 2023 06:02:51 GMT", "2023-01-27T06:02:51Z"),
            ("Thu, 1 Nov 2018 22:00:00 GMT", "2018-11-01T22:00:00Z"),
            ("Wed Sep 04 16:59:44.356 UTC 2024", "2024-09-04T16:59:44.356Z"),
            ("Dec 3, 2021, 6:02:30 PM", "2021-12-03T18:02:30Z"), ("Oct 16, 2019, 12:00:00 AM", "2019-10-16T00:00:00Z"),
            ("Oct 16, 2019, 12:30:00\u{202F}PM", "2019-10-16T12:30:00Z"),
        ]
    )
    func read(text: String, expected: String) throws {
        #expect(try #require(SourceDate.read(text)).iso8601 == expected)
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", "date", "N/A", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-03-02T24:00:00Z",
            "2026-03-02T08:15:00X", "2026-03-02T08:15:00+25:00", "2026-03-02T08:15:00Zjunk", "2026-03-00",
            "26-03-02T00:00:00Z",
            "Fri, 99 Jan 2023 06:02:51 GMT", "Fri, 27 Foo 2023 06:02:51 GMT", "Wed Sep 04 16:59:44 UTC",
            "Dec 3, 2021, 13:02:30 PM",
            "Dec 3, 2021", "-", ", , , ", "💥💥💥💥",
        ]
    )
    func unreadable(text: String) { #expect(SourceDate.read(text) == nil) }

    @Test(
        "numbers are seconds or milliseconds by their size",
        arguments: [
            ("1739539640", "2025-02-14T13:27:20Z"), ("1763766928515", "2025-11-21T23:15:28.515Z"),
            ("1594742.5", "1970-01-19T10:59:02.500Z"),
        ]
    )
    func numbers(text: String, expected: String) throws {
        #expect(try #require(SourceDate.read(try JSONDocument.parse(text))).iso8601 == expected)
    }

    @Test(
        "values that are no date at all are none",
        arguments: ["null", "true", "{}", "[]", "-1", "0", "1e300", "1e-300"]
    )
    func noDate(text: String) throws {
        let date = SourceDate.read(try JSONDocument.parse(text))
        #expect(date == nil || text == "1e-300")
    }

    @Test("days and dates are each other's inverse over four thousand years")
    func civil() {
        for days in stride(from: -719_000, to: 1_000_000, by: 37) {
            let (year, month, day) = CivilDate.date(daysSince1970: days)
            #expect(CivilDate.daysSince1970(year, month, day) == days)
        }
    }
}
