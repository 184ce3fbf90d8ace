import Findings
import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Metrics
import NoroshiTestSupport
import Store
import Synchronization
import Testing

@Suite("Prometheus metrics")
struct PrometheusMetricsTests {
    private func lines(_ metrics: PrometheusMetrics) -> [Substring] {
        MetricFamily.text(metrics.families()).split(separator: "\n")
    }

    @Test("counters of one name and labels are one series, whoever holds them")
    func counters() {
        let metrics = PrometheusMetrics()
        Counter(label: "noroshi_things", dimensions: [("kind", "a")], factory: metrics).increment(by: 2)
        Counter(label: "noroshi_things", dimensions: [("kind", "a")], factory: metrics).increment()
        Counter(label: "noroshi_things_total", dimensions: [("kind", "b")], factory: metrics).increment()
        #expect(
            lines(metrics).suffix(2) == [#"noroshi_things_total{kind="a"} 3"#, #"noroshi_things_total{kind="b"} 1"#]
        )
    }

    @Test("gauges show the last value, meters what was added")
    func gauges() {
        let metrics = PrometheusMetrics()
        Gauge(label: "noroshi_depth", factory: metrics).record(7)
        Gauge(label: "noroshi_depth", factory: metrics).record(5)
        let meter = Meter(label: "noroshi_level", factory: metrics)
        meter.increment(by: 3)
        meter.decrement(by: 0.5)
        #expect(lines(metrics).contains("noroshi_depth 5"))
        #expect(lines(metrics).contains("noroshi_level 2.5"))
    }

    @Test("a timer is a histogram in seconds whose buckets add up")
    func timers() {
        let metrics = PrometheusMetrics()
        let timer = Timer(label: "noroshi_step_duration", factory: metrics)
        for milliseconds in [1, 2, 400, 90_000] as [Int64] { timer.recordMilliseconds(milliseconds) }
        let text = lines(metrics)
        #expect(text.contains("# TYPE noroshi_step_duration_seconds histogram"))
        #expect(text.contains(#"noroshi_step_duration_seconds_bucket{le="0.001"} 1"#))
        #expect(text.contains(#"noroshi_step_duration_seconds_bucket{le="0.5"} 3"#))
        #expect(text.contains(#"noroshi_step_duration_seconds_bucket{le="60"} 3"#))
        #expect(text.contains(#"noroshi_step_duration_seconds_bucket{le="+Inf"} 4"#))
        #expect(text.contains("noroshi_step_duration_seconds_sum 90.403"))
        #expect(text.contains("noroshi_step_duration_seconds_count 4"))
    }

    @Test("label values are escaped, names are made ones that Prometheus takes")
    func escaping() {
        let metrics = PrometheusMetrics()
        Counter(label: "9 lives.lost", dimensions: [("le", "a\"b\\c\nd"), ("x-y", "é")], factory: metrics).increment()
        #expect(lines(metrics).last == #"_9_lives_lost_total{label_le="a\"b\\c\nd",x_y="é"} 1"#)
    }

    @Test("label values without end are counted together")
    func bounded() {
        let metrics = PrometheusMetrics()
        for number in 0..<(PrometheusMetrics.seriesLimit + 10) {
            Counter(label: "noroshi_n_total", dimensions: [("n", "\(number)")], factory: metrics).increment()
        }
        let text = lines(metrics)
        #expect(text.count == 2 + PrometheusMetrics.seriesLimit + 1)
        #expect(text.last == #"noroshi_n_total{n="other"} 10"#)
    }

    @Test("a name that another kind of metric has taken does not spoil the exposition")
    func clash() {
        let metrics = PrometheusMetrics()
        Counter(label: "noroshi_x_total", factory: metrics).increment()
        Gauge(label: "noroshi_x_total", factory: metrics).record(9)
        #expect(lines(metrics).suffix(2) == ["# TYPE noroshi_x_total counter", "noroshi_x_total 1"])
    }

    @Test("a metric that was destroyed is gone")
    func destroyed() {
        let metrics = PrometheusMetrics()
        let counter = Counter(label: "noroshi_x_total", factory: metrics)
        counter.increment()
        counter.destroy()
        #expect(lines(metrics).isEmpty)
    }

    @Test(
        "promtool finds nothing to say about what /metrics shows",
        .enabled(if: CommandRun.isCI || CommandRun.isInstalled("promtool"))
    )
    func promtool() async throws {
        let metrics = PrometheusMetrics()
        Counter(label: "noroshi_findings_received_total", dimensions: [("source", "a\"\n")], factory: metrics)
            .increment()
        Timer(label: "noroshi_accept_duration_seconds", factory: metrics).recordMilliseconds(3)
        // Counted on the way and told by the store: it may stand there only once.
        Gauge(label: "noroshi_destination_paused", dimensions: [("destination", "secops")], factory: metrics).record(1)
        var state = Example.shared
        state.clockSkew = -0.5
        let text = try await exposition(FakeRoles(state), metrics)
        #expect(text.contains("noroshi_queue_depth{destination=\"secops\",state=\"pending\"} 1\n"))
        #expect(text.contains("noroshi_queue_oldest_age_seconds{destination=\"secops\"} 90\n"))
        #expect(text.contains("noroshi_dead_letters{destination=\"gone\"} 4\n"))
        #expect(text.contains("noroshi_destination_paused{destination=\"secops\"} 0\n"))
        #expect(text.contains("noroshi_messages_held_total{reason=\"refreshed\"} 2\n"))
        #expect(text.contains("noroshi_build_info{version=\"1.2.3\"} 1\n"))
        #expect(text.contains("process_resident_memory_bytes "))
        #expect(text.contains("noroshi_node_info{node=\"4\",name=\"west/42\",version=\"1.2.3\"} 1\n"))
        #expect(text.contains("noroshi_node_leads 0\n"))
        #expect(text.contains("noroshi_node_lanes 0\n"))
        #expect(text.contains("noroshi_nodes 2\n"))
        #expect(text.contains("noroshi_database_clock_skew_seconds -0.5\n"))
        let run = try await CommandRun.apart("promtool", ["check", "metrics"], input: text)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.errors.isEmpty)
    }

    @Test("every metric that some part counts is explained")
    func explained() throws {
        var names: Set<String> = []
        let sources = CommandRun.root.appending(path: "Sources")
        for file in try FileManager.default.subpathsOfDirectory(atPath: sources.path)
        where file.hasSuffix("Metrics.swift") && file.hasPrefix("HTTPAPI") == false {
            let text = try String(contentsOfFile: sources.appending(path: file).path, encoding: .utf8)
            names.formUnion(text.matches(of: /"(noroshi_[a-z_]+)"/).map { String($0.output.1) })
        }
        #expect(names.isSuperset(of: ["noroshi_findings_received_total", "noroshi_apply_delay_seconds"]))
        #expect(names.count > 12)
        let metrics = PrometheusMetrics()
        for name in names { Gauge(label: name, factory: metrics).record(1) }
        let unexplained = metrics.families().filter { $0.help.hasPrefix("Counted by") }.map(\.name)
        #expect(unexplained.isEmpty)
    }

    @Test("a store that does not answer leaves the figures of the process")
    func brokenStore() async throws {
        let roles = FakeRoles(Example.state)
        roles.state.withLock { $0.isBroken = true }
        let text = try await exposition(roles, PrometheusMetrics())
        #expect(text.contains("noroshi_store_up 0\n"))
        #expect(text.contains("process_cpu_seconds_total "))
        #expect(text.contains("noroshi_rules_generation 1\n"))
        #expect(text.contains("noroshi_node_leads 1\n"))
        #expect(text.contains("noroshi_nodes ") == false)
        #expect(text.contains("noroshi_database_clock_skew_seconds") == false)
    }

    private func exposition(_ roles: FakeRoles, _ metrics: PrometheusMetrics) async throws -> String {
        try await Example.app(roles, metrics: metrics).test(.router) { client in
            let response = try await client.execute(uri: "/metrics", method: .get)
            #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            return String(buffer: response.body)
        }
    }
}
