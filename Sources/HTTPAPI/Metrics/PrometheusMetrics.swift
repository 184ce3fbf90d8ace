package import Metrics
import Synchronization

/// Keeps what the process counts through swift-metrics, for Prometheus to read.
///
/// Names become what Prometheus' conventions ask for: counters end in `_total`, timers in `_seconds`. A family holds at
/// most ``seriesLimit`` series; further label values are counted together as `other`, so that nothing a sender writes
/// can fill the memory.
package final class PrometheusMetrics: MetricsFactory, Sendable {
    /// Series of one family.
    package static let seriesLimit = 500

    private struct Family {
        var kind: MetricFamily.Kind
        /// In the order in which they were made.
        var labels: [[MetricLabel]] = []
        var series: [[MetricLabel]: any MetricSeries] = [:]
    }

    private let state = Mutex<[String: Family]>([:])

    package init() {}

    /// What has been counted so far.
    package func families() -> [MetricFamily] {
        let series = state.withLock { families in
            families.map { name, family in
                (name, family.kind, family.labels.compactMap { labels in family.series[labels].map { (labels, $0) } })
            }
        }
        return series.map { name, kind, series in
            MetricFamily(name, kind, MetricHelp.text(name), series.flatMap { $0.1.samples(labels: $0.0) })
        }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(MetricName.counter(label), .counter, dimensions) { Accumulator() }
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        handler(MetricName.counter(label), .counter, dimensions) { Accumulator() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        handler(MetricName.plain(label), .gauge, dimensions) { Accumulator() }
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return handler(MetricName.plain(label), .gauge, dimensions) { Accumulator() } }
        return handler(MetricName.plain(label), .histogram, dimensions) { Distribution(bounds: MetricBuckets.sizes) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = MetricName.timer(label)
        return handler(name, .histogram, dimensions) { Distribution(bounds: MetricBuckets.seconds(name)) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler) }

    /// The series of this name and these labels, made when there is none.
    ///
    /// A name that is taken by another kind of metric gets a series that nobody reads: two kinds under one name would
    /// make the whole exposition unreadable.
    private func handler<Series: MetricSeries>(
        _ name: String,
        _ kind: MetricFamily.Kind,
        _ dimensions: [(String, String)],
        make: () -> Series
    ) -> Series {
        var labels = MetricName.labels(dimensions)
        return state.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            guard family.kind == kind else { return make() }
            if family.series[labels] == nil, family.series.count >= PrometheusMetrics.seriesLimit {
                labels = labels.map { MetricLabel($0.name, "other") }
            }
            if let series = family.series[labels] { return series as? Series ?? make() }
            let series = make()
            family.labels.append(labels)
            family.series[labels] = series
            families[name] = family
            return series
        }
    }

    private func forget(_ handler: AnyObject) {
        state.withLock { families in
            for name in families.keys {
                guard let gone = families[name]?.series.first(where: { $0.value === handler })?.key else { continue }
                families[name]?.series[gone] = nil
                families[name]?.labels.removeAll { $0 == gone }
            }
        }
    }
}
