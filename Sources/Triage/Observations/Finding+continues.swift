package import Findings

extension Finding {
    /// Whether a stored finding whose key an earlier version made of less is an observation of the same problem: that key
    /// may have stood for several accounts, products or resources, and the stored one is of one of them.
    package func continues(_ stored: Finding) -> Bool {
        guard kind == stored.kind, product == stored.product else { return false }
        if let before = stored.account, before != account { return false }
        switch kind {
        case .event, .cloudWatchAlarm, .trustedAdvisor:
            // Their names are unique within a Region.
            if let before = stored.place, let place, before != place { return false }
        default: break
        }
        // Two that are about one thing each are about the same.
        guard resources.count == 1, stored.resources.count == 1 else { return true }
        return resources[0].id == stored.resources[0].id
    }

    private var place: String? { resources.first?.region ?? region }
}
