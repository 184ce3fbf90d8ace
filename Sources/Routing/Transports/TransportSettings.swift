/// What one type of destination must know to send, and what the rest may ask of it.
package protocol TransportSettings: Sendable, Hashable {
    /// The description of the type.
    static var transport: TransportType { get }

    /// Every secret that sending needs.
    var secrets: [SecretReference] { get }

    /// What takes the messages: destinations that share it share its budget.
    var resource: LaneResource { get }

    /// Who gets a message of their own, so that each succeeds or fails by itself; one `nil` where a destination is one
    /// receiver.
    var recipients: [String?] { get }
}

extension TransportSettings {
    package var recipients: [String?] { [nil] }
}

/// What takes the messages of a destination.
package enum LaneResource: Sendable, Hashable {
    /// Whatever answers at a URL. Its query chooses a topic or a thread and makes no other resource.
    case url(SecretReference)
    /// Anything else, by a name that begins with a word of the type's own and holds no secret.
    case named(String)
}
