package import FoundationEssentials

/// Findings that are not announced for a time, because somebody knows of them.
///
/// All its moments are whole seconds, so that they come back unchanged from wherever they are written.
package struct Silence: Sendable, Hashable {
    /// `s` and a number in hexadecimal digits; never given twice.
    package var id: String
    package var when: WrittenCondition
    /// Who answers for it, in words.
    package var owner: String
    package var reason: String
    /// The destinations it is for, sorted, at least one; `nil` stands for all of them.
    package var destinations: [String]?
    package var startsAt: Date
    /// Not before ``startsAt``; at this moment it is over.
    package var endsAt: Date
    /// Whether a rise in severity is announced all the same.
    package var breaksOnRaise: Bool
    package var createdAt: Date
    package var updatedAt: Date
    /// The credential that created it, in words: `api:<token name>`.
    package var createdBy: String

    package init(
        id: String,
        when: WrittenCondition,
        owner: String,
        reason: String,
        destinations: [String]? = nil,
        startsAt: Date,
        endsAt: Date,
        breaksOnRaise: Bool = true,
        createdAt: Date,
        updatedAt: Date,
        createdBy: String
    ) {
        self.id = id
        self.when = when
        self.owner = owner
        self.reason = reason
        self.destinations = destinations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.breaksOnRaise = breaksOnRaise
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        case pending, active, expired
    }

    package func state(at date: Date) -> State { date >= endsAt ? .expired : date < startsAt ? .pending : .active }

    /// How many silences may be pending or active at once.
    package static let mostOpen = 1_000
    /// How long a silence may last.
    package static let longest = Duration.seconds(400 * 86_400)
    /// How many characters `owner` and `reason` may have.
    package static let longestText = 500
}
