/// How bad a finding is, on the one scale that every source is mapped to.
///
/// Labels are those of the AWS Security Finding Format (Security Hub API reference, `Severity.Label`), with `UNKNOWN`
/// below them for what no rule of the source gives a label.
package enum Severity: UInt8, Sendable, Hashable, Comparable, CaseIterable, Codable {
    case unknown, informational, low, medium, high, critical

    package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

    /// `UNKNOWN`, `INFORMATIONAL`, `LOW`, `MEDIUM`, `HIGH` or `CRITICAL`.
    package var label: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .informational: "INFORMATIONAL"
        case .low: "LOW"
        case .medium: "MEDIUM"
        case .high: "HIGH"
        case .critical: "CRITICAL"
        }
    }

    /// The severity with this label, whatever its case; `nil` for any other word.
    package init?(label: String) {
        let wanted = label.uppercased()
        guard let found = Severity.allCases.first(where: { $0.label == wanted }) else { return nil }
        self = found
    }
}
