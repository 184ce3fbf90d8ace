import Triage

extension Totals {
    /// The totals from stored numbers; what is not stored yet is 0.
    ///
    /// - Parameters:
    ///   - appliedPosition: The position that is applied.
    ///   - lastPosition: The newest position of the journal.
    ///   - number: The stored number of a name of ``TotalsChange/Counter``.
    package init(appliedPosition: Int64, lastPosition: Int64, number: (String) -> Int?) {
        func value(_ counter: TotalsChange.Counter) -> Int { number(counter.name) ?? 0 }
        var held: [HeldReason: Int] = [:]
        for reason in HeldReason.allCases {
            let count = value(.held(reason))
            if count != 0 { held[reason] = count }
        }
        self.init(
            received: value(.received),
            waiting: value(.waiting),
            setAside: value(.setAside),
            redelivered: value(.redelivered),
            routed: value(.routed),
            suppressed: value(.suppressed),
            unrouted: value(.unrouted),
            due: value(.due),
            delivered: value(.delivered),
            pending: value(.pending),
            dead: value(.dead),
            held: held,
            quarantined: value(.quarantined),
            quarantine: Quarantine(
                items: value(.quarantineItems),
                bytes: value(.quarantineBytes),
                dropped: value(.quarantineDropped)
            ),
            appliedPosition: appliedPosition,
            lastPosition: lastPosition
        )
    }
}
