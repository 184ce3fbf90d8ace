/// One type of destination: its word, its keys, and what holds when a destination does not say.
///
/// Each is described once, beside its settings; ``all`` lists them.
package struct TransportType: Sendable {
    /// The value of `type` in routes.json.
    package let word: String
    /// Its own keys, in the order in which they are listed to a person; ``Destination/commonKeys`` come on top.
    package let keys: [String]
    /// Those of its own keys without which there is no destination.
    package let required: [String]
    package let defaults: Defaults
    /// A destination of this type, as the subject of a sentence.
    let subject: String
    let read: Reading

    /// What a destination is held to when it does not say.
    package struct Defaults: Sendable, Hashable {
        /// `nil` when there is no limit.
        package var rate: Rate?
        /// How many messages may be under way at once, 1...64.
        package var concurrency: Int
        /// The most one attempt may take.
        package var timeout: Duration
    }

    /// Reads what is the type's own of a destination; `nil` when it cannot be used, which has then been noted.
    typealias Reading =
        @Sendable (
            _ reader: inout RouteReader,
            _ fields: RouteReader.Fields,
            _ shared: RouteReader.SharedSettings
        ) -> Destination.Transport?

    /// - Parameters:
    ///   - word: The value of `type`.
    ///   - subject: A destination of this type, as the subject of a sentence: `a slack destination`.
    ///   - keys: All of its own keys.
    ///   - required: Those that must not be missing, whatever else is there.
    ///   - defaults: What a destination is held to when it does not say.
    ///   - read: Reads the keys. It need not ask for those that are required: that they are missing has been noted.
    init<Key: RawRepresentable<String> & CaseIterable>(
        _ word: String,
        subject: String,
        keys: Key.Type,
        required: [Key] = [],
        defaults: Defaults,
        read: @escaping Reading
    ) {
        self.word = word
        self.subject = subject
        self.keys = keys.allCases.map(\.rawValue)
        self.required = required.map(\.rawValue)
        self.defaults = defaults
        self.read = read
    }
}

extension TransportType {
    /// Every type, in the order in which they are listed to a person.
    package static let all = [SlackSettings.transport, EmailSettings.transport, WebhookSettings.transport]
}

extension Destination {
    /// How messages get there: the list of types, each with its settings.
    package enum Transport: Sendable, Hashable {
        case slack(SlackSettings)
        case email(EmailSettings)
        case webhook(WebhookSettings)

        /// The settings, whatever their type.
        package var settings: any TransportSettings {
            switch self {
            case .slack(let settings): settings
            case .email(let settings): settings
            case .webhook(let settings): settings
            }
        }

        /// The description of the type.
        package var type: TransportType { Swift.type(of: settings).transport }
    }
}
