/// The formats of findings that have a reader of their own.
enum EventFormat: Sendable, CaseIterable {
    case securityHub

    init?(detailType: String) {
        switch detailType {
        case "Security Hub Findings - Imported", "Security Hub Findings - Custom Action", "Security Hub Findings":
            self = .securityHub
        default: return nil
        }
    }

    /// Tells a finding or a detail by its keys.
    init?(recognising json: JSON) {
        return nil
    }

    func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? { nil }

    func detailType(of json: JSON) -> String { "Security Hub Findings - Imported" }

    var isListed: Bool { true }
}
