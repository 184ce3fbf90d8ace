import Metrics
import Synchronization

/// One line, or one histogram, of a family.
protocol MetricSeries: AnyObject, Sendable {
    func samples(labels: [MetricLabel]) -> [MetricFamily.Sample]
}

/// One number: a counter or a gauge.
final class Accumulator: MetricSeries {
    private let value = Mutex<Double>(0)

    func samples(labels: [MetricLabel]) -> [MetricFamily.Sample] {
        [MetricFamily.Sample(value.withLock { $0 }, labels: labels)]
    }

    private func add(_ amount: Double) { value.withLock { $0 += amount } }
}

extension Accumulator: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func reset() { value.withLock { $0 = 0 } }
}

extension Accumulator: MeterHandler, RecorderHandler {
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

/// A histogram: how many values fell under each bound, and their sum.
final class Distribution: MetricSeries {
    private struct State {
        /// One for each bound, and one for what is above all of them.
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// - Parameter bounds: Rising.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: [Int](repeating: 0, count: bounds.count + 1)))
    }

    func samples(labels: [MetricLabel]) -> [MetricFamily.Sample] {
        let state = state.withLock { $0 }
        var total = 0
        var samples: [MetricFamily.Sample] = []
        for (bound, count) in zip(bounds + [.infinity], state.counts) {
            total += count
            let bucket = labels + [MetricLabel("le", MetricFamily.number(bound))]
            samples.append(MetricFamily.Sample(Double(total), labels: bucket, suffix: "_bucket"))
        }
        samples.append(MetricFamily.Sample(state.sum, labels: labels, suffix: "_sum"))
        samples.append(MetricFamily.Sample(Double(total), labels: labels, suffix: "_count"))
        return samples
    }

    private func observe(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }
}

extension Distribution: TimerHandler, RecorderHandler {
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
}
