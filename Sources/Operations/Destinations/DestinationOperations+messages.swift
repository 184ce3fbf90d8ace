import FoundationEssentials
import Logging
package import Routing
package import Store
import Triage

/// What a destination would be sent.
package struct MessagePreview: Sendable {
    package var destination: Destination
    package var form: MessageForm
    /// The findings it tells of; empty when none is stored, and the message is that of a test.
    package var findings: [FindingRecord]
    package var message: RenderedMessage
}

/// What became of a test message.
package struct MessageTest: Sendable {
    package var destination: String
    /// One for each recipient, in their order.
    package var attempts: [(recipient: String?, attempt: Attempt)]

    package var isDelivered: Bool { attempts.allSatisfy { $0.attempt.verdict == .delivered } }
}

extension DestinationOperations {
    /// The most that one test may take, so that whoever waits for the answer is not left alone.
    private static let longestTest = Duration.seconds(20)

    /// Renders a message as the destination would get it. Nothing is sent.
    ///
    /// - Parameters:
    ///   - name: Of a destination of the rules in force.
    ///   - form: Which message.
    ///   - finding: Which stored finding it tells of: its id, the beginning of that, or its key. `nil` means the last seen.
    /// - Returns: The message.
    /// - Throws: ``DestinationRefusal``, ``FindingRefusal``, or when findings cannot be read.
    package func preview(_ name: String, as form: MessageForm, of finding: String?) async throws -> MessagePreview {
        let table = routes.table
        guard let destination = table.document.destination(named: name) else { throw unknown }
        let now = now()
        var records: [FindingRecord] = []
        if let finding { records.append(try await findings.finding(finding).record) }
        let wanted = form == .group || form == .digest ? MessageExample.mostAlerts : 1
        if records.count < wanted {
            let recent = try await findings.list(FindingFilter(), page: Page(limit: wanted))
            records += recent.items.filter { item in records.contains { $0.id == item.id } == false }
                .prefix(wanted - records.count)
        }
        let example = MessageExample(
            form: form,
            records: records.isEmpty ? [.test(by: "nobody yet", destination: name, now: now)] : records,
            destination: destination,
            rule: "the rule’s name",
            version: table.version,
            now: now
        )
        let id = String(repeating: "0", count: 32)
        guard let notification = example.notification(id: id, recipient: destination.recipients.first ?? nil) else {
            throw unknown
        }
        return MessagePreview(
            destination: destination,
            form: form,
            findings: records,
            message: trial.rendered(notification, for: destination, now: now)
        )
    }

    /// Sends a message that says that it is a test, past queue, lane and totals, once to each recipient.
    ///
    /// - Parameters:
    ///   - name: Of a destination of the rules in force.
    ///   - author: Who asks; the message names them.
    /// - Returns: What became of it.
    /// - Throws: ``DestinationRefusal``; never because the destination failed.
    package func test(_ name: String, by author: Author) async throws -> MessageTest {
        let table = routes.table
        guard var destination = table.document.destination(named: name) else { throw unknown }
        if let lane = await lanes.status().first(where: { $0.destination == name }), lane.state == .paused {
            throw DestinationRefusal.paused(reason: lane.reason ?? "no reason is kept")
        }
        let now = now()
        if let seconds = tests.begin(name, now: now) { throw DestinationRefusal.testedJustNow(seconds: seconds) }
        destination.timeout = min(destination.effectiveTimeout, DestinationOperations.longestTest)
        let example = MessageExample(
            form: .one,
            records: [.test(by: author.person, destination: name, now: now)],
            destination: destination,
            rule: "none: a test",
            version: table.version,
            now: now
        )
        let notifications = destination.recipients.compactMap { recipient in
            let id = UUID().uuidString.lowercased().filter { $0 != "-" }
            return example.notification(id: id, recipient: recipient, isTest: true)
        }
        let test = MessageTest(destination: name, attempts: await attempts(notifications, destination, now))
        let said = test.attempts.first { $0.attempt.verdict != .delivered }?.attempt
        author.log(
            "a test message was sent",
            ["destination": .string(name), "delivered": .stringConvertible(test.isDelivered)]
        )
        await audit.note(
            author.entry(
                "destination.test",
                name,
                after: said.map { $0.detail ?? $0.verdict.rawValue } ?? "delivered"
            ),
            by: author
        )
        return test
    }

    /// All at once, so that many recipients take no longer than one.
    private func attempts(_ notifications: [Notification], _ destination: Destination, _ now: Date) async
        -> [(recipient: String?, attempt: Attempt)]
    {
        await withTaskGroup(of: (Int, Attempt).self) { group in
            for (index, notification) in notifications.enumerated() {
                group.addTask { (index, await trial.attempt(notification, to: destination, now: now)) }
            }
            var attempts: [Int: Attempt] = [:]
            for await (index, attempt) in group { attempts[index] = attempt }
            return notifications.enumerated().compactMap { index, notification in
                attempts[index].map { (notification.recipient, $0) }
            }
        }
    }
}
