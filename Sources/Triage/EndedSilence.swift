package import FoundationEssentials

/// A silence that is over.
package struct EndedSilence: Sendable, Hashable {
    package var id: String
    package var owner: String
    package var reason: String
    package var startsAt: Date
    package var endsAt: Date

    package init(id: String, owner: String, reason: String, startsAt: Date, endsAt: Date) {
        self.id = id
        self.owner = owner
        self.reason = reason
        self.startsAt = startsAt
        self.endsAt = endsAt
    }
}
