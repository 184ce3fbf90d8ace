import Findings

/// A finding as it was observed, behind one reference: a finding holds some thirty others, and copying it costs as many.
final class ObservedFinding: Sendable {
    let finding: Finding

    init(_ finding: Finding) { self.finding = finding }
}
