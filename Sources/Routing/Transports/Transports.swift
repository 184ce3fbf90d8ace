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

extension TransportType {
    /// Every type, in the order in which they are listed to a person.
    package static let all = [SlackSettings.transport, EmailSettings.transport, WebhookSettings.transport]
}
