/// A rule's `unless`: its alerts are held back while a more severe one about the same thing is active at the destination.
package struct Inhibition: Sendable, Hashable {
    /// What the other finding must match beside being more severe; no test at all accepts every finding.
    package var when: Condition
    /// Names of normalised fields that must agree, at least one.
    package var equal: [String]
    /// Whether two findings that both lack a field agree in it. Otherwise what lacks a field is never held back.
    package var missingIsEqual: Bool

    package init(when: Condition = Condition(tests: []), equal: [String], missingIsEqual: Bool = false) {
        self.when = when
        self.equal = equal
        self.missingIsEqual = missingIsEqual
    }
}
