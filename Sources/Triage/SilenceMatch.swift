package import FoundationEssentials

/// A silence whose matchers accept an observation; whether it is in force is a question of the time.
package struct SilenceMatch: Sendable, Hashable {
    /// The silence's id.
    package var silence: String
    /// In force from this moment on.
    package var startsAt: Date
    /// No longer in force at this moment.
    package var endsAt: Date
    /// The destinations it is for; `nil` stands for all of them.
    package var destinations: Set<String>?
    /// Whether a rise in severity is announced all the same.
    package var breaksOnRaise: Bool

    package init(
        silence: String,
        startsAt: Date,
        endsAt: Date,
        destinations: Set<String>? = nil,
        breaksOnRaise: Bool = true
    ) {
        self.silence = silence
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.destinations = destinations
        self.breaksOnRaise = breaksOnRaise
    }

    /// Whether it is in force at the destination.
    package func covers(_ destination: String, at date: Date) -> Bool {
        startsAt <= date && date < endsAt && (destinations?.contains(destination) ?? true)
    }
}
