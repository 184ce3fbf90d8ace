import Findings

/// A named place messages go.
package struct Destination: Sendable, Hashable {
    package var name: String
    package var description: String?
    package var transport: Transport
    /// The destination that takes over what this one cannot deliver.
    package var fallback: String?
    /// `nil` means the type's default.
    package var rate: Rate?
    /// How many messages may be under way at once, 1...64; `nil` means the type's default.
    package var concurrency: Int?
    /// The most one attempt may take; `nil` means the type's default.
    package var timeout: Duration?
    /// How long a message is retried before it is a dead letter.
    package var retryFor: Duration
    package var allowPrivate: PrivateAccess
    /// When nothing is announced here, whatever rule announces it.
    package var mutes: [Mute]
    /// The summary that everything for this destination goes into, unless a rule has one of its own.
    package var digest: DigestSchedule?

    /// How long a message is retried unless the destination says otherwise.
    package static let defaultRetryFor = Duration.seconds(24 * 3_600)
    package init(
        name: String,
        description: String? = nil,
        transport: Transport,
        fallback: String? = nil,
        rate: Rate? = nil,
        concurrency: Int? = nil,
        timeout: Duration? = nil,
        retryFor: Duration = Destination.defaultRetryFor,
        allowPrivate: PrivateAccess = .none,
        mutes: [Mute] = [],
        digest: DigestSchedule? = nil
    ) {
        self.name = name
        self.description = description
        self.transport = transport
        self.fallback = fallback
        self.rate = rate
        self.concurrency = concurrency
        self.timeout = timeout
        self.retryFor = retryFor
        self.allowPrivate = allowPrivate
        self.mutes = mutes
        self.digest = digest
    }

    /// The rate it is held to: its own, or its type's. `nil` when there is no limit.
    package var effectiveRate: Rate? { rate ?? transport.type.defaults.rate }

    /// How many messages may be under way at once, 1 or more: its own number, or its type's.
    package var effectiveConcurrency: Int { concurrency ?? transport.type.defaults.concurrency }

    /// The most one attempt may take: its own time, or its type's.
    package var effectiveTimeout: Duration { timeout ?? transport.type.defaults.timeout }

    /// Who gets a message of their own, so that each succeeds or fails by itself: the mail addresses of an e-mail
    /// destination, each once; one `nil` where a destination is one receiver.
    package var recipients: [String?] { transport.settings.recipients }

    /// Every secret that sending to it needs.
    package var secrets: [SecretReference] { transport.settings.secrets }
}

extension Destination {
    /// The keys that destinations of every type have.
    enum Key: String, CaseIterable {
        case type, description, fallback, rate, concurrency, timeout, retryFor, allowPrivate, mute, digest
    }

    /// The keys that destinations of every type have, in the order in which they are listed to a person.
    package static let commonKeys = Key.allCases.map(\.rawValue)
}
