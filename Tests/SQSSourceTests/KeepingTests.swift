import Findings
import Foundation
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQSSource

/// What becomes of messages between their receipt and their deletion.
@Suite("Keeping what was received", .timeLimit(.minutes(15)))
struct KeepingTests {
    private func deleted(_ state: JSON) -> [String] { (state["deleted"]?.elements ?? []).compactMap(\.string) }

    private func calls(_ state: JSON, _ operation: String) -> [JSON] {
        (state["calls"]?.elements ?? []).filter { $0.elements[0].string == operation }
    }

    /// Messages of groups by turns, the first of which may have a digest that is not its own.
    private func inGroups(_ count: Int, isFirstBroken: Bool = false) -> String {
        let messages = (0..<count).map { number -> JSONValue in
            var members: [JSONValue.Member] = [
                .init("Body", .string(Pulling.event(number))),
                .init("group", .string(number % 2 == 0 ? "even" : "odd")),
            ]
            if number == 0, isFirstBroken { members.append(.init("md5", .string(String(repeating: "0", count: 32)))) }
            return .object(members)
        }
        return JSONValue.object([.init("put", .array(messages))]).text
    }

    @Test("while the intake is only full, what was received waits, is kept from others, and is not received again")
    func overloaded() async throws {
        var timing = Pulling.quick
        timing.visibility = 1
        let pulling = try Pulling(await FakeAWS(), timing: timing)
        pulling.intake.change { $0.acceptError = IntakeError.overloaded }
        try await pulling.aws.put([Pulling.event(0), "no event"])
        try await pulling.run {
            try await pulling.aws.until { calls($0, "ChangeMessageVisibilityBatch").count >= 2 }
            #expect(pulling.source?.counts.received == 2)
            pulling.intake.change { $0.acceptError = nil }
            try await pulling.aws.until { deleted($0).count == 2 }
        }
        #expect(pulling.source?.counts.received == 2)
        #expect(pulling.accepted == ["sqs:m-0"])
        #expect(pulling.quarantined.count == 1)
    }

    @Test("what waits for room in the intake is given up when the store is in trouble, and when polling ends")
    func overloadedGivenUp() async throws {
        let pulling = try Pulling(await FakeAWS())
        pulling.intake.change { $0.acceptError = IntakeError.overloaded }
        try await pulling.aws.put([Pulling.event(0)])
        try await pulling.run {
            try await pulling.until { $0.counts.received == 1 }
            pulling.condition.set(StoreTrouble(.diskFull))
            try await pulling.until { $0.phase == .held }
            pulling.condition.set(nil)
            try await pulling.aws.put([Pulling.event(1)])
            try await pulling.until { $0.counts.received == 2 }
            // Polling ends here, with the second message in hand.
        }
        #expect(deleted(try await pulling.aws.state()) == [])
    }

    @Test("a message is marked while it is read and no longer, however long its commit takes")
    func marked() async throws {
        let pulling = try Pulling(await FakeAWS())
        let gate = Gate()
        pulling.intake.change { $0.gate = gate }
        let put = (0..<3).map { number -> JSONValue in ["Body": .string(Pulling.event(number)), "count": 3] }
        try await pulling.aws.control(JSONValue.object([.init("put", .array(put))]).text)
        try await pulling.run {
            defer { gate.open() }
            await gate.waiting()
            // The directory was made for a mark, so that there was one.
            #expect(try FileManager.default.contentsOfDirectory(atPath: pulling.directory.path) == [])
            gate.open()
            try await pulling.aws.until { deleted($0).count == 3 }
        }
    }

    @Test("messages that are marked are read one after the other, so that one is blamed")
    func oneMark() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-marks-\(UUID().uuidString)")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: directory) } }
        let marks = DecodingMarks(directory: directory.path)
        try await withThrowingTaskGroup(of: Result<[String], any Error>.self) { group in
            for number in 0..<50 {
                group.addTask {
                    await marks.marked("m-\(number)") {
                        Result { try FileManager.default.contentsOfDirectory(atPath: directory.path) }
                    }
                }
            }
            var seen: [[String]] = []
            for try await names in group { seen.append(try names.get()) }
            #expect(Set(seen) == Set((0..<50).map { ["m-\($0)"] }))
        }
    }

    @Test("that marks cannot be kept is said once")
    func noMarks() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "noroshi-marks-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        let log = ToldLog()
        let marks = DecodingMarks(directory: "\(file.path)/decoding", logger: log.logger)
        for number in 0..<3 { #expect(await marks.marked("m-\(number)") { number } == number) }
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("Not a directory") == true, "\(log.lines)")
    }

    @Test("of a FIFO queue nothing is taken behind a message that is not what its digest says")
    func orderBehindDigest() async throws {
        let pulling = try Pulling(await FakeAWS(), isFIFO: true)
        try await pulling.aws.control(inGroups(4, isFirstBroken: true))
        let state = try await pulling.run { try await pulling.aws.until { deleted($0).count == 2 } }
        #expect(pulling.accepted == ["sqs:m-1", "sqs:m-3"])
        #expect(deleted(state) == ["m-1", "m-3"])
    }

    @Test("of a FIFO queue nothing is taken behind a message that the store refuses")
    func orderBehindRefusal() async throws {
        let pulling = try Pulling(await FakeAWS(), isFIFO: true)
        let (first, second) = (Gate(), Gate())
        pulling.intake.change { state in
            state.gate = first
            state.acceptError = IntakeError.diskFull
        }
        try await pulling.aws.control(inGroups(4))
        try await pulling.run {
            defer {
                first.open()
                second.open()
            }
            await first.waiting()
            pulling.intake.change { $0.gate = second }
            first.open()
            await second.waiting()
            pulling.intake.change { state in
                state.gate = nil
                state.acceptError = nil
            }
            second.open()
            try await pulling.aws.until { deleted($0).count == 2 }
        }
        #expect(pulling.accepted == ["sqs:m-1", "sqs:m-3"])
    }

    @Test(
        "messages that do not come whole in time are then asked for one by one, of a FIFO queue with another attempt",
        arguments: [false, true]
    )
    func slowLink(isFIFO: Bool) async throws {
        var timing = Pulling.quick
        timing.transfer = .milliseconds(100)
        let pulling = try Pulling(await FakeAWS(), isFIFO: isFIFO, timing: timing)
        try await pulling.aws.control(#"{"script": {"ReceiveMessage": [["hang", ""], ["hang", ""]]}}"#)
        let state = try await pulling.run { try await pulling.aws.until { calls($0, "ReceiveMessage").count >= 3 } }
        let asked = calls(state, "ReceiveMessage").prefix(3)
        #expect(asked.map { $0.elements[1].integer } == [10, 1, 1])
        guard isFIFO else { return }
        let attempts = asked.map { $0.elements[2].string ?? "" }
        #expect(attempts[0] != attempts[1])
        #expect(attempts[1] == attempts[2])
    }
}
