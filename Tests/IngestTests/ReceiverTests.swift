import Findings
import FoundationEssentials
import Ingest
import Metrics
import MetricsTestKit
import NoroshiTestSupport
import Pipeline
import Routing
import Store
import Testing

@Suite("The receiver")
struct ReceiverTests {
    private let intake = RecordingIntake()
    private let factory = TestMetrics()

    private var receiver: Receiver {
        Receiver(
            intake: intake,
            routes: ActiveRoutes(RoutingTable(RouteDocument(), version: 1)),
            handOver: HandOver(),
            metrics: IngestMetrics(factory: factory)
        )
    }

    private func submission(_ text: String, requestID: String? = nil) -> Submission {
        Submission(body: ParsedBody(Array(text.utf8)), source: "queue", requestID: requestID, receivedAt: .sample)
    }

    @Test("what is not to be read is kept as it came, and once however often it comes")
    func unread() async throws {
        let bytes = [UInt8](repeating: UInt8(ascii: "{"), count: 600_000)
        try await receiver.quarantine(
            bytes,
            because: "it ended the process",
            source: "sqs:q",
            requestID: "sqs:m1",
            receivedAt: .sample
        )
        let request = try #require(intake.now.requests.first)
        #expect(request.observations == 0)
        #expect(request.quarantine == [QuarantinedItem(reason: "it ended the process", bytes: bytes, key: "sqs:m1#0")])
        intake.change { $0.acceptError = IntakeError.diskFull }
        await #expect(throws: IntakeError.diskFull) {
            try await receiver.quarantine([1], because: "r", source: "s", requestID: "m", receivedAt: .sample)
        }
    }

    @Test("an unreadable item is kept up to what its caller says, for who takes from a queue has it alone")
    func largestUnreadable() async throws {
        var submission = submission(String(repeating: "{", count: 600_000))
        _ = try await receiver.take(submission)
        submission.largestUnreadable = 1 << 20
        _ = try await receiver.take(submission)
        #expect(intake.now.requests.map { $0.quarantine.first?.bytes.count } == [262_144, 600_000])
    }

    @Test("a receipt says for each item what became of it, and where all of it stands in the journal")
    func items() async throws {
        let receiver = receiver
        _ = try await receiver.take(submission(event(id: "known")))
        let receipt = try await receiver.take(submission("[\(event(id: "new")),1,\(event(id: "known"))]"))
        guard case .items(let items) = receipt.outcome, items.count == 3 else {
            Issue.record("not three items: \(receipt)")
            return
        }
        #expect(items[0] == .accepted(findings: 1))
        guard case .quarantined = items[1] else {
            Issue.record("not in quarantine: \(items[1])")
            return
        }
        #expect(items[2] == .redelivered(findings: 1, key: "eventbridge:known"))
        #expect(receipt.position == 2)
        #expect(receipt.isKept)
        let request = intake.now.requests.last
        #expect(request?.source == "queue")
        #expect(request?.observations == 2)
        #expect(request?.quarantine.count == 1)
    }

    @Test(
        "what cannot be read is kept for people to look at, unless its sender can send it better",
        arguments: [("", false), (" \n", false), ("{", true), ("17", true)]
    )
    func unreadable(text: String, isKept: Bool) async throws {
        let receipt = try await receiver.take(submission(text))
        guard case .unreadable = receipt.outcome else {
            Issue.record("it was read: \(receipt)")
            return
        }
        #expect(receipt.isKept == isKept)
        #expect(receipt.position == nil)
        #expect((intake.now.requests.first?.quarantine.count ?? 0) == (isKept ? 1 : 0))
    }

    @Test("more findings than one submission may hold are refused as a whole")
    func tooMany() async throws {
        let events = Array(repeating: eventText, count: FindingDecoder.mostFindings + 1)
        let receipt = try await receiver.take(submission("[\(events.joined(separator: ","))]"))
        #expect(
            receipt.outcome
                == .unreadable(.tooMany(limit: FindingDecoder.mostFindings, firehoseRequestID: nil))
        )
        #expect(receipt.isKept == false)
        #expect(intake.now.requests.isEmpty)
    }

    @Test("reading writes nothing, and what was read can be handed over again after a failure")
    func readFirst() async throws {
        let receiver = receiver
        let reading = receiver.read(submission(eventText))
        #expect(intake.now.requests.isEmpty)
        intake.change { $0.acceptError = IntakeError.overloaded }
        await #expect(throws: IntakeError.overloaded) { try await receiver.take(reading) }
        intake.change { $0.acceptError = nil }
        #expect(try await receiver.take(reading).outcome == .items([.accepted(findings: 1)]))
        #expect(intake.now.requests.count == 1)
    }

    @Test("there is no receipt before the commit")
    func afterCommit() async throws {
        let gate = Gate()
        intake.change { $0.gate = gate }
        let order = Order()
        let receiver = receiver
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await receiver.take(submission(eventText))
                order.add("receipt")
            }
            await gate.waiting()
            order.add("commit")
            gate.open()
            try await group.waitForAll()
        }
        #expect(order.steps == ["commit", "receipt"])
    }

    @Test(
        "what cannot be written has no receipt, and is counted with its reason",
        arguments: [(IntakeError.diskFull, "disk_full"), (.overloaded, "overloaded"), (.closed, "closed")]
    )
    func unwritten(error: IntakeError, reason: String) async throws {
        intake.change { $0.acceptError = error }
        await #expect(throws: error) { try await receiver.take(submission(eventText)) }
        let counter = try factory.expectCounter(
            "noroshi_findings_rejected_total",
            [("source", "queue"), ("reason", reason)]
        )
        #expect(counter.totalValue == 1)
    }
}
