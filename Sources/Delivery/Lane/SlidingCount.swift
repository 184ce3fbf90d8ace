import FoundationEssentials

/// A count of what happened within a span of time that ends now, in steps of a fraction of it.
struct SlidingCount: Sendable, Hashable {
    private let step: TimeInterval
    private var counts: [Int]
    /// The step that counts now, in steps since the reference date.
    private var current: Int

    /// - Parameters:
    ///   - span: Seconds that are counted.
    ///   - steps: Into how many steps they are divided: what is older than the span goes step by step.
    ///   - now: The time.
    init(span: TimeInterval, steps: Int, now: Date) {
        step = span / Double(steps)
        counts = Array(repeating: 0, count: steps)
        current = SlidingCount.index(now, step)
    }

    mutating func add(now: Date) {
        forget(now: now)
        counts[SlidingCount.place(current, counts.count)] += 1
    }

    mutating func total(now: Date) -> Int {
        forget(now: now)
        return counts.reduce(0, +)
    }

    /// Clears the steps that have begun since; a clock that goes backwards clears nothing.
    private mutating func forget(now: Date) {
        let next = SlidingCount.index(now, step)
        guard next > current else { return }
        for index in max(current + 1, next - counts.count + 1)...next {
            counts[SlidingCount.place(index, counts.count)] = 0
        }
        current = next
    }

    private static func index(_ date: Date, _ step: TimeInterval) -> Int {
        Int((date.timeIntervalSinceReferenceDate / step).rounded(.down))
    }

    private static func place(_ index: Int, _ count: Int) -> Int { ((index % count) + count) % count }
}
