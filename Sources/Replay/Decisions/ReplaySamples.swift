import Findings
package import Routing

/// Samples of each class, and of each class at each destination concerned: the most severe findings, and of those the last
/// observed.
package struct ReplaySamples: Sendable {
    struct Place: Sendable, Hashable {
        var kind: ReplayClass
        /// `nil` for the class as a whole.
        var destination: String?
    }

    private let limits: ReplayLimits
    var lists: [Place: [ReplaySample]] = [:]
    private var destinations: Set<String> = []
    /// Destinations that have no samples of their own.
    private(set) var omitted: Set<String> = []

    init(_ limits: ReplayLimits) { self.limits = limits }

    /// Samples of a class, the most severe first.
    ///
    /// - Parameters:
    ///   - kind: The class.
    ///   - destination: Only those that it gets, loses or is told of otherwise; `nil` for all.
    /// - Returns: At most 50.
    package func samples(of kind: ReplayClass, at destination: String? = nil) -> [ReplaySample] {
        lists[Place(kind: kind, destination: destination)] ?? []
    }

    /// More than are shown, since older observations may show some of them to be in a worse class.
    private var mostHeld: Int { 4 * limits.samples }

    mutating func add(_ change: DecidedChange, _ observation: PastObservation, _ event: PastEvent, hash: Int) {
        var sample: ReplaySample?
        let what = change.change
        for destination in [nil] + (what.lost + what.gained + what.changed).map(Optional.some) {
            if let destination, isSampled(destination) == false { continue }
            let place = Place(kind: what.kind, destination: destination)
            let list = lists[place] ?? []
            let severity = observation.after.finding.severity
            if list.count == mostHeld, let last = list.last, severity <= last.finding.severity { continue }
            let made = sample ?? ReplaySample(change, observation, event, hash: hash)
            sample = made
            insert(made, at: place)
        }
    }

    /// Takes out findings that are in a worse class than the sample, and what is more than are shown.
    mutating func settle(_ fates: FindingFates) {
        for (place, list) in lists {
            lists[place] = Array(
                list.lazy.filter { fates.fate(of: $0.hash)?.kind == place.kind }.prefix(limits.samples)
            )
        }
    }

    /// Keeps those of each class as a whole.
    mutating func forgetDestinations() { lists = lists.filter { $0.key.destination == nil } }

    private mutating func isSampled(_ destination: String) -> Bool {
        if destinations.contains(destination) { return true }
        guard destinations.count < limits.sampledDestinations else {
            omitted.insert(destination)
            return false
        }
        destinations.insert(destination)
        return true
    }

    private mutating func insert(_ sample: ReplaySample, at place: Place) {
        var list = lists.removeValue(forKey: place) ?? []
        if let known = list.firstIndex(where: { $0.hash == sample.hash }) {
            guard sample.isShown(before: list[known]) else {
                lists[place] = list
                return
            }
            list.remove(at: known)
        }
        list.insert(sample, at: list.firstIndex { sample.isShown(before: $0) } ?? list.count)
        if list.count > mostHeld { list.removeLast() }
        lists[place] = list
    }
}
