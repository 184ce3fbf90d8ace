/// The pages of one message that came in several, each with some of the resources.
///
/// AWS Health splits a message whose list of resources is too long for one event: `page` of `totalPages` (AWS Health user
/// guide, "AWS Health events Amazon EventBridge schema").
package struct Pages: Sendable, Hashable, Codable {
    /// What all pages of the message have in common, and no other message of the same event has.
    package var communication: String
    /// The numbers of those that came, from 1, in ascending order.
    package var received: [Int]
    /// How many there are, 2 or more.
    package var total: Int

    package init(communication: String, received: [Int], total: Int) {
        self.communication = communication
        self.received = received
        self.total = total
    }

    package var isComplete: Bool { received.count >= total }

    package var json: JSONValue {
        .object([
            .init("received", .array(received.map { .integer($0) })),
            .init("total", .integer(total)),
        ])
    }
}

extension Finding {
    /// The most resources that pages are put together to; an event has far fewer.
    private static let mostJoined = 10_000

    /// The finding with what earlier pages of the same message brought.
    ///
    /// - Parameter known: As last observed.
    /// - Returns: `nil` when this is no page, or the first that came of its message.
    package func joined(to known: Finding) -> Finding? {
        guard let pages, let before = known.pages, pages.total == before.total,
            pages.communication == before.communication || (updatedAt != nil && updatedAt == known.updatedAt)
        else { return nil }
        var whole = self
        whole.pages = Pages(
            communication: before.communication,
            received: Set(before.received + pages.received).sorted(),
            total: pages.total
        )
        whole.resources = Array((known.resources + resources).unique.prefix(Finding.mostJoined))
        whole.tags = Array((known.tags + tags).unique.prefix(Finding.mostJoined))
        if description.isEmpty { whole.description = known.description }
        // No page is older than another, whatever the dates of the events around them.
        whole.updatedAt = [updatedAt, known.updatedAt].compactMap(\.self).max()
        return whole
    }

    /// Whether readers of what was known learn something from this text, from dates that moved, or from pages that are complete only now.
    package func hasNews(after known: Finding) -> Bool {
        if let whole = joined(to: known) {
            return whole.pages?.isComplete == true && known.pages?.isComplete == false
        }
        let isMoved = [(startsAt, known.startsAt), (endsAt, known.endsAt)].contains { $0.0 != nil && $0.0 != $0.1 }
        return title != known.title || description != known.description || isMoved
    }
}

extension FindingKind {
    /// Whether what the source sends of an open problem again is commonly news, to be read by people.
    package var updatesCarryNews: Bool { self == .health }
}
