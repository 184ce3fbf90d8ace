import Findings
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQSSource

@Suite("How sources are")
struct SourceBoardTests {
    private let time = ManualTime()
    private let board: SourceBoard
    private let source: QueueSource

    init() throws {
        board = SourceBoard(now: { [time] in time.now })
        source = QueueSource(name: "q", queue: try QueueURL("https://sqs.eu-west-1.amazonaws.com/111122223333/q"))
        board.show([source])
    }

    private func state() throws -> SourceState { try #require(board.sourceStates().first) }

    private func message() throws -> QueueMessage {
        try #require(
            QueueMessage(JSONDocument.parse(Array(#"{"MessageId":"m","ReceiptHandle":"h","Body":"b"}"#.utf8)))
        )
    }

    @Test("that messages cannot be deleted is over when the queue is empty although they would have come again")
    func deletionOver() throws {
        board.failed("q", .denied, because: "no", isDeletion: true)
        time.advance(by: 59)
        board.answered("q", with: [], visibility: 60)
        #expect(try state().phase == .failing)
        board.failed("q", .denied, because: "no", isDeletion: true)
        time.advance(by: 59)
        board.answered("q", with: [], visibility: 60)
        #expect(try state().failure?.tries == 2)
        time.advance(by: 2)
        board.answered("q", with: [try message()], visibility: 60)
        #expect(try state().phase == .failing)
        board.answered("q", with: [], visibility: 60)
        #expect(try state().phase == .pulling)
        #expect(try state().failure == nil)
    }

    @Test("that messages cannot be deleted is not over because rules are put in force")
    func deletionAcrossRules() throws {
        board.failed("q", .denied, because: "no", isDeletion: true)
        board.show([source])
        board.answered("q", with: [try message()], visibility: 60)
        #expect(try state().phase == .failing)
        board.deleted("q", 1)
        #expect(try state().phase == .pulling)
    }

    @Test("a source that answers is held no longer", arguments: [false, true])
    func held(isFailing: Bool) throws {
        if isFailing { board.failed("q", .denied, because: "no", isDeletion: true) }
        board.held("q")
        #expect(try state().phase == .held)
        board.answered("q", with: [try message()], visibility: 60)
        #expect(try state().phase == (isFailing ? .failing : .pulling))
        #expect(try state().failure?.kind == (isFailing ? .denied : nil))
    }
}
