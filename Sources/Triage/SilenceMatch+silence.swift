package import Routing

extension SilenceMatch {
    /// The silence as far as triage needs it.
    package init(_ silence: Silence) {
        self.init(
            silence: silence.id,
            startsAt: silence.startsAt,
            endsAt: silence.endsAt,
            destinations: silence.destinations.map { Set($0) },
            breaksOnRaise: silence.breaksOnRaise
        )
    }
}
