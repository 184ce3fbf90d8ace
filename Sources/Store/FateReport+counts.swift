import FoundationEssentials
package import Triage

extension FateReport {
    /// What was counted under a name in a bucket.
    package struct Counted: Sendable, Hashable {
        package var name: String
        package var bucket: Int
        package var counts: FateCounts

        package init(name: String, bucket: Int, counts: FateCounts) {
            self.name = name
            self.bucket = bucket
            self.counts = counts
        }
    }

    /// Observations that are something else by now than they were counted as.
    package struct Moved: Sendable, Hashable {
        package var name: String
        package var bucket: Int
        /// Whether they were counted as held, and not as told.
        package var wasHeld: Bool
        /// What they are; see ``Fates/move(_:wasHeld:to:)``.
        package var rank: Int
        package var count: Int

        package init(name: String, bucket: Int, wasHeld: Bool, rank: Int, count: Int) {
            self.name = name
            self.bucket = bucket
            self.wasHeld = wasHeld
            self.rank = rank
            self.count = count
        }
    }

    /// Puts a report together.
    ///
    /// - Parameters:
    ///   - names: What is told apart, in this order.
    ///   - counted: What was counted when it was applied.
    ///   - moved: How that is to be put right.
    ///   - firstHour: The first hour since 1970 in which anything was counted.
    package init(names: [String], counted: [Counted], moved: [Moved], firstHour: Int64?) {
        var places: [String: Int] = [:]
        for (index, name) in names.enumerated() { places[name] = index }
        var parts = names.map { Part(name: $0) }
        var others = Part(name: nil)
        func change(_ name: String, _ bucket: Int, _ body: (inout Fates) -> Void) {
            if let place = places[name] {
                body(&parts[place].buckets[bucket, default: Fates()])
            } else {
                body(&others.buckets[bucket, default: Fates()])
            }
        }
        for row in counted { change(row.name, row.bucket) { $0.add(row.counts) } }
        for row in moved {
            change(row.name, row.bucket) { $0.move(row.count, wasHeld: row.wasHeld, to: row.rank) }
        }
        self.init(
            parts: parts,
            others: others.buckets.isEmpty ? nil : others,
            countedFrom: firstHour.map { Date(timeIntervalSince1970: Double($0) * 3_600) }
        )
    }
}
