import Findings
import Foundation
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQSSource

@Suite("Pulling a queue", .timeLimit(.minutes(15)))
struct PullingTests {
    private func deleted(_ state: JSON) -> [String] { (state["deleted"]?.elements ?? []).compactMap(\.string) }

    private func calls(_ state: JSON, _ operation: String) -> [JSON] {
        (state["calls"]?.elements ?? []).filter { $0.elements[0].string == operation }
    }

    @Test("what comes is on disk before it is deleted, and everything that was asked has the form that AWS knows")
    func brings() async throws {
        let pulling = try Pulling(await FakeAWS())
        try await pulling.aws.put((0..<25).map(Pulling.event))
        let state = try await pulling.run { try await pulling.aws.until { deleted($0).count == 25 } }
        #expect(Set(pulling.accepted) == Set((0..<25).map { "sqs:m-\($0)" }))
        #expect(pulling.intake.now.requests.allSatisfy { $0.source == "sqs:q" })
        #expect(state["problems"]?.elements.map(\.text) == [])
        #expect(pulling.source?.counts.received == 25)
        #expect(pulling.source?.counts.deleted == 25)
    }

    @Test("two services on one queue bring each message once between them")
    func nodes() async throws {
        let aws = try await FakeAWS()
        let (first, second) = (try Pulling(aws), try Pulling(aws))
        try await aws.put((0..<60).map(Pulling.event))
        _ = try await first.run {
            try await second.run { try await aws.until { deleted($0).count == 60 } }
        }
        #expect(Set(first.accepted + second.accepted).count == 60)
        #expect(first.accepted.count + second.accepted.count == 60)
    }

    @Test("several pollers bring each message once")
    func several() async throws {
        let pulling = try Pulling(await FakeAWS(), pollers: 4)
        try await pulling.aws.put((0..<100).map(Pulling.event))
        _ = try await pulling.run { try await pulling.aws.until { deleted($0).count == 100 } }
        #expect(pulling.accepted.count == 100)
    }

    @Test(
        "nothing is deleted that the store refuses, nothing is asked for while it refuses, and all of it comes in the end"
    )
    func refusing() async throws {
        let pulling = try Pulling(await FakeAWS())
        pulling.intake.change { $0.acceptError = IntakeError.diskFull }
        try await pulling.run {
            try await pulling.aws.control(#"{"visibility": 1}"#)
            try await pulling.aws.put([Pulling.event(0)])
            try await pulling.aws.until { $0["messages"]?.elements.first?["count"]?.integer ?? 0 >= 1 }
            pulling.condition.set(StoreTrouble(.diskFull))
            try await pulling.until { $0.phase == .held }
            let before = try await pulling.aws.state()
            #expect(deleted(before) == [])
            // The message can be seen again meanwhile, and nobody looks.
            try await pulling.aws.put([Pulling.event(1)])
            let asked = calls(before, "ReceiveMessage").count
            let after = try await pulling.aws.until { state in
                state["messages"]?.elements.allSatisfy { $0["visible"]?.bool == true } == true
            }
            #expect(calls(after, "ReceiveMessage").count == asked)
            #expect(
                after["messages"]?.elements.map { $0["count"]?.integer }
                    == (before["messages"]?.elements ?? []).map { $0["count"]?.integer } + [0]
            )
            pulling.intake.change { $0.acceptError = nil }
            pulling.condition.set(nil)
            try await pulling.aws.until { deleted($0).count == 2 }
        }
        #expect(calls(try await pulling.aws.state(), "ChangeMessageVisibilityBatch").isEmpty)
    }

    @Test(
        "what cannot be read goes to quarantine and is deleted",
        arguments: [
            ("neither JSON nor anything", "line 1"), (#"{"a":1}"#, "neither an event nor a finding"),
            (
                #"["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"b","s3Key":"k"}]"#,
                "the message lies in S3 (bucket b, key k)"
            ),
            (
                #"["com.amazon.sqs.javamessaging.MessageS3Pointer",{"s3BucketName":"b","s3Key":"k"}]"#,
                "the message lies in S3"
            ),
            (
                #"{"Type":"SubscriptionConfirmation","MessageId":"x","TopicArn":"arn:aws:sns:eu-west-1:1:t","Message":"m"}"#,
                "asks whether the queue is to be subscribed"
            ),
        ]
    )
    func poison(body: String, reason: String) async throws {
        let pulling = try Pulling(await FakeAWS())
        try await pulling.aws.put([body, Pulling.event(1)])
        _ = try await pulling.run { try await pulling.aws.until { deleted($0).count == 2 } }
        #expect(pulling.quarantined.count == 1)
        #expect(pulling.quarantined.first?.reason.contains(reason) == true, "\(pulling.quarantined)")
        #expect(pulling.quarantined.first?.bytes == Array(body.utf8))
        #expect(pulling.accepted == ["sqs:m-1"])
    }

    @Test("a message with too many findings is kept as a whole, though it cannot be taken")
    func tooMany() async throws {
        let pulling = try Pulling(await FakeAWS())
        let body = "[" + (0...FindingDecoder.mostFindings).map { _ in #"{"a":1}"# }.joined(separator: ",") + "]"
        try await pulling.aws.put([body])
        _ = try await pulling.run { try await pulling.aws.until { deleted($0).count == 1 } }
        #expect(pulling.quarantined.map(\.bytes.count) == [body.utf8.count])
    }

    @Test("SNS around an event is opened, as it is or raw; with a list of topics only from those")
    func topics() async throws {
        func wrapped(_ number: Int, _ topic: String) throws -> String {
            JSONValue.object([
                .init("Type", "Notification"), .init("MessageId", .string("sns-\(number)")),
                .init("TopicArn", .string(topic)), .init("Message", .string(Pulling.event(number))),
            ]).text
        }
        let listed = "arn:aws:sns:eu-west-1:111122223333:findings"
        let open = try Pulling(await FakeAWS())
        try await open.aws.put([
            wrapped(0, listed), wrapped(1, "arn:aws:sns:eu-west-1:111122223333:x.fifo"), Pulling.event(2),
        ])
        _ = try await open.run { try await open.aws.until { deleted($0).count == 3 } }
        #expect(open.accepted.count == 3)
        let closed = try Pulling(await FakeAWS(), topics: [listed])
        try await closed.aws.put([wrapped(0, listed), wrapped(1, "arn:aws:sns:eu-west-1:111122223333:other")])
        _ = try await closed.run { try await closed.aws.until { deleted($0).count == 2 } }
        #expect(closed.accepted == ["sqs:m-0"])
        #expect(closed.quarantined.first?.reason.contains("not listed in 'snsTopics'") == true)
    }

    @Test("a message that comes again is deleted, so that it does not come for ever")
    func again() async throws {
        let pulling = try Pulling(await FakeAWS())
        let event = Pulling.event(1)
        try await pulling.aws.put([event, event])
        _ = try await pulling.run { try await pulling.aws.until { deleted($0).count == 2 } }
    }

    @Test(
        "entries that a batch answered with 200 did not delete are asked for again, and those that are our fault are not"
    )
    func partial() async throws {
        let pulling = try Pulling(await FakeAWS())
        try await pulling.aws.control(#"{"script": {"DeleteMessageBatch": [["fail", ["1", "3"], false]]}}"#)
        try await pulling.aws.put((0..<5).map(Pulling.event))
        let state = try await pulling.run { try await pulling.aws.until { deleted($0).count == 5 } }
        #expect(calls(state, "DeleteMessageBatch").map { $0.elements[1].integer } == [5, 2])
        let other = try Pulling(await FakeAWS())
        try await other.aws.control(#"{"script": {"DeleteMessageBatch": [["fail", ["0"], true]]}}"#)
        try await other.aws.put([Pulling.event(0), Pulling.event(1)])
        try await other.run { try await other.until { $0.counts.deleteFailures == 1 } }
        #expect(calls(try await other.aws.state(), "DeleteMessageBatch").count == 1)
    }

    @Test("a deletion whose answer is lost is asked for again")
    func lostAnswer() async throws {
        let pulling = try Pulling(await FakeAWS())
        try await pulling.aws.control(#"{"script": {"DeleteMessageBatch": [["after", ""], ["reset", ""]]}}"#)
        try await pulling.aws.put([Pulling.event(0)])
        try await pulling.run {
            try await pulling.aws.until { calls($0, "DeleteMessageBatch").count == 3 }
            try await pulling.until { $0.counts.deleted == 1 }
        }
    }

    @Test("who may receive and not delete is shown, and receives less and less until deleting works")
    func deletionDenied() async throws {
        let pulling = try Pulling(await FakeAWS())
        let denied = #"[403, {"__type": "com.amazonaws.sqs#AccessDeniedException", "message": "not that"}]"#
        let answers = Array(repeating: denied, count: 2_000).joined(separator: ",")
        try await pulling.aws.control(#"{"visibility": 0, "script": {"DeleteMessageBatch": [\#(answers)]}}"#)
        try await pulling.aws.put([Pulling.event(0)])
        try await pulling.run {
            try await pulling.until { $0.failure?.tries ?? 0 >= 2 }
            #expect(pulling.source?.failure?.kind == .denied)
            #expect(pulling.source?.failure?.reason.contains("cannot be deleted") == true)
            try await pulling.aws.control(#"{"clear": true}"#)
            try await pulling.until { $0.counts.deleted == 1 && $0.failure == nil && $0.phase == .pulling }
        }
        #expect(pulling.source?.counts.received ?? 0 >= 3)
    }

    @Test("an answer that is cut off deletes nothing, and messages are then asked for one by one")
    func cutOff() async throws {
        let pulling = try Pulling(await FakeAWS())
        // Longer than all that is taken.
        try await pulling.aws.control(#"{"big": 70000000}"#)
        try await pulling.aws.put([Pulling.event(0), Pulling.event(1)])
        let state = try await pulling.run { try await pulling.aws.until { deleted($0).count == 2 } }
        #expect(calls(state, "ReceiveMessage").prefix(3).map { $0.elements[1].integer } == [10, 1, 1])
        #expect(pulling.source?.failure == nil)
    }

    @Test("ten messages of a mebibyte, each of its bytes escaped, are taken at once")
    func large() async throws {
        let pulling = try Pulling(await FakeAWS())
        let filler = String(repeating: "\u{1}é\"", count: 245_000)
        let bodies = (0..<10).map { number in
            Pulling.event(number).replacing(
                #""title":"t""#,
                with: #""title":"t","description":\#(JSONValue.string(filler).text)"#
            )
        }
        #expect(bodies.allSatisfy { (900_000...3_000_000).contains($0.utf8.count) })
        try await pulling.aws.put(bodies)
        let state = try await pulling.run { try await pulling.aws.until { deleted($0).count == 10 } }
        #expect(calls(state, "DeleteMessageBatch").count == 1)
        #expect(pulling.accepted.count == 10)
    }

    @Test("a message that is not what its digest says is neither taken nor deleted")
    func digest() async throws {
        let pulling = try Pulling(await FakeAWS())
        try await pulling.aws.control(
            JSONValue.object([
                .init("put", [["Body": .string(Pulling.event(0)), "md5": "0123456789abcdef0123456789abcdef"]])
            ]).text
        )
        try await pulling.run {
            try await pulling.until { $0.counts.received == 1 }
            try await pulling.aws.put([Pulling.event(1)])
            try await pulling.aws.until { deleted($0).count == 1 }
        }
        #expect(pulling.accepted == ["sqs:m-1"])
    }

    @Test("a failure is shown with its kind until the queue answers, and is tried again less and less often")
    func failing() async throws {
        let pulling = try Pulling(await FakeAWS())
        let denied = #"[400, {"__type": "com.amazonaws.sqs#AccessDeniedException", "message": "not for you"}]"#
        let answers = Array(repeating: denied, count: 2_000).joined(separator: ",")
        try await pulling.aws.control(#"{"script": {"ReceiveMessage": [\#(answers)]}}"#)
        try await pulling.run {
            try await pulling.until { $0.failure?.tries ?? 0 >= 2 }
            #expect(pulling.source?.failure?.kind == .denied)
            #expect(pulling.source?.failure?.reason.contains("not for you") == true)
            try await pulling.aws.control(#"{"clear": true}"#)
            try await pulling.until { $0.phase == .pulling && $0.failure == nil }
        }
    }

    @Test("pauses double up to the longest, and no two pollers keep the same")
    func pauses() {
        var random = SeededGenerator(seed: 3)
        let timing = PollTiming()
        for (failures, seconds) in zip(1...9, [1.0, 2, 4, 8, 16, 32, 60, 60, 60]) {
            let pause = timing.pause(after: failures, using: &random)
            #expect((Duration.seconds(seconds / 2)...Duration.seconds(seconds)).contains(pause))
        }
    }

    @Test("a slow disk keeps the messages from others")
    func slowDisk() async throws {
        var timing = Pulling.quick
        timing.visibility = 1
        let pulling = try Pulling(await FakeAWS(), timing: timing)
        let gate = Gate()
        pulling.intake.change { $0.gate = gate }
        try await pulling.aws.put([Pulling.event(0)])
        let state = try await pulling.run {
            // Polling does not end before what it has in hand does.
            defer { gate.open() }
            try await pulling.aws.until { calls($0, "ChangeMessageVisibilityBatch").count >= 2 }
            gate.open()
            return try await pulling.aws.until { deleted($0).count == 1 }
        }
        #expect(state["problems"]?.elements.map(\.text) == [])
        #expect(pulling.source?.counts.received == 1)
    }

    @Test("a FIFO queue is pulled in order by one poller")
    func fifo() async throws {
        let pulling = try Pulling(await FakeAWS(), isFIFO: true, pollers: 4)
        try await pulling.aws.control(
            JSONValue.object([
                .init(
                    "put",
                    .array(
                        (0..<6).map { number in
                            [
                                "Body": .string(Pulling.event(number)),
                                "group": .string(number % 2 == 0 ? "even" : "odd"),
                            ]
                        }
                    )
                )
            ]).text
        )
        let state = try await pulling.run { try await pulling.aws.until { deleted($0).count == 6 } }
        #expect(pulling.accepted == (0..<6).map { "sqs:m-\($0)" })
        #expect(pulling.source?.pollers == 1)
        let attempts = calls(state, "ReceiveMessage").map { $0.elements[2].string ?? "" }
        #expect(attempts.allSatisfy { $0.isEmpty == false })
        #expect(Set(attempts).count == attempts.count)
    }

    @Test(
        "a FIFO queue is asked again with the same attempt after an answer that was lost, and with another after any other"
    )
    func attempts() async throws {
        let pulling = try Pulling(await FakeAWS(), isFIFO: true)
        let throttled = #"[400, {"__type": "com.amazonaws.sqs#RequestThrottled", "message": "x"}]"#
        try await pulling.aws.control(#"{"script": {"ReceiveMessage": [["reset", ""], \#(throttled)]}}"#)
        let state = try await pulling.run { try await pulling.aws.until { calls($0, "ReceiveMessage").count >= 3 } }
        let attempts = calls(state, "ReceiveMessage").map { $0.elements[2].string ?? "" }
        #expect(attempts[0] == attempts[1])
        #expect(attempts[1] != attempts[2])
    }

    @Test("the source of rules that are put in force is pulled, and one that is gone is not")
    func rules() async throws {
        let pulling = try Pulling(await FakeAWS())
        let sources = pulling.routes.table.document.sources
        try await pulling.run {
            try await pulling.until { $0.phase == .pulling }
            pulling.routes.replace(with: RoutingTable(RouteDocument(), version: 2))
            pulling.changes.send()
            while pulling.board.sourceStates().isEmpty == false { await Task.yield() }
            // What is under way when it is told to stop may have been asked already, and be given a message that nobody reads:
            // it comes again.
            try await pulling.aws.control(#"{"visibility": 1}"#)
            pulling.routes.replace(with: RoutingTable(RouteDocument(sources: sources), version: 3))
            pulling.changes.send()
            try await pulling.aws.put([Pulling.event(7)])
            try await pulling.aws.until { deleted($0).count == 1 }
        }
    }

    @Test("stopping does not wait for the queue, and a stopped poller has deleted what it has kept")
    func stopping() async throws {
        var timing = Pulling.quick
        timing.wait = 20
        let pulling = try Pulling(await FakeAWS(), timing: timing)
        let begin = try await pulling.run {
            try await pulling.aws.until { calls($0, "ReceiveMessage").count == 1 }
            return ContinuousClock.now
        }
        // The queue would answer a second later.
        #expect(ContinuousClock.now - begin < .seconds(19))
        let gated = try Pulling(await FakeAWS())
        let gate = Gate()
        gated.intake.change { $0.gate = gate }
        try await gated.aws.put([Pulling.event(0)])
        async let ended: Void = gated.run { await gate.waiting() }
        gate.open()
        try await ended
        #expect(deleted(try await gated.aws.state()).count == gated.accepted.count)
        #expect(gated.accepted.count == 1)
    }

    @Test("a message whose reading ended the process before is not read again, and is kept")
    func marked() async throws {
        let pulling = try Pulling(await FakeAWS())
        try FileManager.default.createDirectory(at: pulling.directory, withIntermediateDirectories: true)
        try Data().write(to: pulling.directory.appending(path: "m-0"))
        try await pulling.aws.control(
            JSONValue.object([
                .init(
                    "put",
                    .array([
                        ["Body": .string(Pulling.event(0)), "count": 3],
                        ["Body": .string(Pulling.event(1)), "count": 3],
                    ])
                )
            ]).text
        )
        _ = try await pulling.run { try await pulling.aws.until { deleted($0).count == 2 } }
        #expect(pulling.accepted == ["sqs:m-1"])
        #expect(pulling.quarantined.map(\.reason) == ["the process ended while it read this message"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: pulling.directory.path) == [])
        #expect(pulling.source?.counts.repeated == 2)
    }
}
