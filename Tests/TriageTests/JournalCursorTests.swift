import Testing
import Triage

@Suite("how far a journal is applied")
struct JournalCursorTests {
    @Test("positions of the stream 0 are 1, 2, 3 and so on")
    func single() {
        var cursor = JournalCursor()
        #expect(cursor.next(like: 7) == 1 && cursor.includes(1) == false)
        cursor.advance(to: 2)
        #expect(cursor.next(like: 7) == 3 && cursor.includes(2) && cursor.includes(3) == false)
        #expect(JournalCursor([0]).next(like: 1) == 1)
    }

    @Test("each stream goes on by itself")
    func streams() {
        let other = JournalCursor.position(stream: 3, sequence: 1)
        #expect(JournalCursor.stream(of: other) == 3 && JournalCursor.sequence(of: other) == 1)
        var cursor = JournalCursor([5])
        #expect(cursor.next(like: other) == other && cursor.includes(other) == false)
        cursor.advance(to: other)
        #expect(cursor.next(like: other) == other + 1 && cursor.next(like: 1) == 6)
        #expect(cursor.positions == [5, other])
    }
}
