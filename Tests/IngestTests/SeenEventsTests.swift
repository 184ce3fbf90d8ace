import Findings
import FoundationEssentials
import NoroshiTestSupport
import Store
import Testing

@testable import Ingest

@Suite("Events that came before")
struct SeenEventsTests {
    @Test("the events that came last are known, and no more than there is room for")
    func bounded() {
        let seen = SeenEvents(limit: 3)
        #expect(seen.insert(["a", nil, "b", "c", nil]) == [false, false, false, false, false])
        #expect(seen.insert(["a"]) == [true])
        #expect(seen.insert(["d"]) == [false])
        #expect(seen.insert(["b", "c", "d"]) == [true, true, true])
        #expect(seen.insert(["a"]) == [false])
    }

    @Test("what rests in the journal is known, what cannot be read is passed over")
    func journal() throws {
        let entries = [event(id: "x"), "{broken"].enumerated().map { index, text in
            JournalEntry(
                position: Int64(index + 1),
                receivedAt: Date(timeIntervalSince1970: 0),
                source: "token",
                requestID: nil,
                body: Array(text.utf8),
                observations: 1
            )
        }
        let seen = SeenEvents()
        seen.remember(entries)
        let body = try FindingDecoder().decode(ParsedBody(Array(event(id: "x").utf8)), requestID: nil)
        #expect(seen.insert(body.items.map(\.redeliveryKey)) == [true])
    }
}
