import Findings

/// The findings of an account that were opened or closed in one hour of UTC; see `Date.utcHour`.
///
/// A finding is open while the source calls it active.
package struct OpenHour: Sendable, Hashable {
    /// 12 digits as findings have it; empty for those without.
    package var account: String
    package var hour: Int

    package init(account: String, hour: Int) {
        self.account = account
        self.hour = hour
    }
}

extension HourCounts {
    /// Counts a finding that was opened or closed.
    ///
    /// - Parameters:
    ///   - before: Its row so far; `nil` for a new one.
    ///   - after: Its row from now on.
    ///   - account: Where it is.
    mutating func add(from before: FindingRow?, to after: FindingRow, account: @autoclosure () -> String?) {
        let (wasOpen, isOpen) = (before?.status == .active, after.status == .active)
        guard wasOpen != isOpen else { return }
        add(isOpen ? 1 : -1, to: OpenHour(account: account() ?? "", hour: after.lastSeenAt.utcHour))
    }
}
