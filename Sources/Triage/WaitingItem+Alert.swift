import Findings
import FoundationEssentials
import Routing

extension WaitingItem {
    /// An alert that is still active as an entry of a list.
    init(reminding alert: Alert, in group: Int64) {
        self.init(group: group, alert: alert, transition: .reminder, receivedAt: alert.lastSeenAt, units: 0)
    }
}

extension Alert {
    /// What an item says of its alert, for a message that speaks of it.
    init(telling item: WaitingItem, of finding: FindingKey) {
        self.init(
            finding: finding,
            destination: item.destination,
            status: item.transition == .resolved ? .resolved : .active,
            severity: item.severity,
            observedAt: item.receivedAt,
            firstSeenAt: item.firstSeenAt,
            lastSeenAt: item.receivedAt,
            count: item.count,
            openedAt: item.openedAt,
            rule: item.rule,
            version: item.version
        )
    }
}
