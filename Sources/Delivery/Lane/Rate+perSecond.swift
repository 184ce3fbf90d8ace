import Findings
import Routing

extension Rate {
    /// How many a second, of a rate over any interval.
    var perSecond: Double { Double(count) / max(interval.seconds, 1e-6) }
}
