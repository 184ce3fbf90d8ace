package import Routing
import Triage

/// What a shadow decided otherwise at one destination.
package struct ShadowDestination: Sendable, Hashable {
    package struct Counts: Sendable, Hashable {
        package var gained = 0
        package var lost = 0
        /// Told there on other terms.
        package var changed = 0
    }

    package var name: String
    /// By hours since 1970, in their order.
    package var hours: [(hour: Int, counts: Counts)] {
        byHour.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    fileprivate var byHour: [Int: Counts] = [:]

    package var total: Counts {
        byHour.values.reduce(into: Counts()) { total, counts in
            total.gained += counts.gained
            total.lost += counts.lost
            total.changed += counts.changed
        }
    }
}

extension ShadowReport {
    /// How many observations are in each class, the worst first.
    package var classes: [(kind: ReplayClass, count: Int)] {
        var classes: [ReplayClass: Int] = [:]
        for (place, count) in counts where place.destination.isEmpty {
            if let kind = ReplayClass(rawValue: place.effect) { classes[kind, default: 0] += count }
        }
        return classes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Every destination where something was decided otherwise, by name.
    package var destinations: [ShadowDestination] {
        var found: [String: ShadowDestination] = [:]
        for (place, count) in counts where place.destination.isEmpty == false {
            var one = found[place.destination] ?? ShadowDestination(name: place.destination)
            var counts = one.byHour[place.hour] ?? ShadowDestination.Counts()
            switch place.effect {
            case ShadowTally.gained: counts.gained += count
            case ShadowTally.lost: counts.lost += count
            default: counts.changed += count
            }
            one.byHour[place.hour] = counts
            found[place.destination] = one
        }
        return found.values.sorted { $0.name < $1.name }
    }
}
