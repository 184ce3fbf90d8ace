extension Severity {
    /// ASFF `Severity.Normalized`, 0...100.
    ///
    /// 0 is informational, below 40 low, below 70 medium, below 90 high, the rest critical; `nil` outside the range.
    /// Source: Security Hub API reference, `Severity`.
    init?(normalized: Double) {
        switch normalized {
        case 0: self = .informational
        case 0..<40: self = .low
        case 40..<70: self = .medium
        case 70..<90: self = .high
        case 90...100: self = .critical
        default: return nil
        }
    }

    /// GuardDuty's severity, 1.0...10.0; `nil` outside the range.
    ///
    /// AWS writes the bands as 1.0–3.9, 4.0–6.9, 7.0–8.9 and 9.0–10.0 and leaves 3.95 open; here a band ends where the
    /// next begins. Values from 0.1 on are low: the service's first years used them. Source: GuardDuty user guide,
    /// "Severity levels for GuardDuty findings".
    init?(guardDuty value: Double) {
        switch value {
        case 0.1..<4: self = .low
        case 4..<7: self = .medium
        case 7..<9: self = .high
        case 9...10: self = .critical
        default: return nil
        }
    }

    /// A syslog priority in words, as Falco and others write it, or one of our own labels; `nil` for any other word.
    /// Source: RFC 5424 §6.2.1; Falco documentation, "Rule priorities".
    init?(priority word: String) {
        switch word.lowercased() {
        case "emergency", "emerg", "panic", "alert", "critical", "crit", "fatal": self = .critical
        case "error", "err", "high": self = .high
        case "warning", "warn", "medium": self = .medium
        case "notice", "low": self = .low
        case "informational", "information", "info", "debug": self = .informational
        default: return nil
        }
    }

    /// OCSF `severity_id`; 6 (fatal) is critical, 0 (unknown) and 99 (other) are `nil`. Source: OCSF schema, `severity_id`.
    init?(ocsf id: Int) {
        switch id {
        case 1: self = .informational
        case 2: self = .low
        case 3: self = .medium
        case 4: self = .high
        case 5, 6: self = .critical
        default: return nil
        }
    }
}
