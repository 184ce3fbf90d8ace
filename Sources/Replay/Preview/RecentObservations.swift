import Findings
package import FoundationEssentials
import Routing
package import Store

/// The newest observations, held compactly so that rules can be asked about all of them while somebody types.
///
/// Most observations say again what an earlier one of the same finding said, and all of them share accounts, types and
/// titles: what is the same is kept, and decided, once.
package struct RecentObservations: Sendable {
    /// What was observed of one finding at one time.
    struct Item: Sendable {
        var shape: UInt32
        var finding: UInt32
        /// Seconds after ``RecentObservations/since``.
        var received: Float
    }

    struct KnownFinding: Sendable {
        var key: FindingKey
        var number: Int64?
        var accountName: UInt32
    }

    /// The newest first.
    private(set) var items: [Item] = []
    private(set) var shapes: [FindingShape] = []
    private(set) var findings: [KnownFinding] = []
    private(set) var values = ShapeValues()
    package private(set) var since: Date
    package let until: Date

    /// How many are held.
    package static let most = 50_000

    package var count: Int { items.count }
    /// How many different contents they have.
    package var shapeCount: Int { shapes.count }

    /// Reads them.
    ///
    /// - Parameters:
    ///   - history: What was observed.
    ///   - since: No older ones are read.
    ///   - until: The time.
    ///   - most: No more are read.
    /// - Throws: `CancellationError`, or when the history cannot be read.
    package init(_ history: any History, since: Date, until: Date, most: Int = RecentObservations.most) async throws {
        self.since = since
        self.until = until
        let past = Past(history, source: .findings, since: since)
        var shapeNumbers: [FindingShape: UInt32] = [:]
        var findingNumbers: [FindingKey: UInt32] = [:]
        var cursor = Int64.max
        while items.count < most, let page = try await past.page(before: cursor) {
            try Task.checkCancellation()
            cursor = page.next
            for event in page.events.prefix(most - items.count) {
                for observation in event.observations {
                    add(observation, event.receivedAt, &shapeNumbers, &findingNumbers)
                }
            }
            if items.count >= most, let last = items.last {
                self.since = since.addingTimeInterval(Double(last.received))
            }
        }
        rebase(from: since)
        values.close()
    }

    /// The finding of an item, with what rules can look at and nothing else.
    func finding(of item: Item) -> Finding {
        let known = findings[Int(item.finding)]
        var finding = values.finding(shapes[Int(item.shape)], key: known.key)
        finding.accountName = values.text(known.accountName)
        return finding
    }

    func receivedAt(_ item: Item) -> Date { since.addingTimeInterval(Double(item.received)) }

    private mutating func add(
        _ observation: PastObservation,
        _ receivedAt: Date,
        _ shapeNumbers: inout [FindingShape: UInt32],
        _ findingNumbers: inout [FindingKey: UInt32]
    ) {
        let finding = observation.before.finding
        let shape = values.shape(of: finding)
        let shapeNumber = shapeNumbers[shape] ?? UInt32(shapes.count)
        if shapeNumber == shapes.count {
            shapeNumbers[shape] = shapeNumber
            shapes.append(shape)
        }
        let findingNumber = findingNumbers[finding.key] ?? UInt32(findings.count)
        if findingNumber == findings.count {
            findingNumbers[finding.key] = findingNumber
            let name = values.number(finding.accountName)
            findings.append(KnownFinding(key: finding.key, number: observation.number, accountName: name))
        }
        let received = Float(receivedAt.timeIntervalSince(since))
        items.append(Item(shape: shapeNumber, finding: findingNumber, received: received))
    }

    /// Times count from the oldest that is held.
    private mutating func rebase(from start: Date) {
        let shift = Float(since.timeIntervalSince(start))
        guard shift != 0 else { return }
        for index in items.indices { items[index].received -= shift }
    }
}
