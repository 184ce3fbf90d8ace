import FoundationEssentials
import Logging
import MetricsTestKit
import NoroshiTestSupport
import Pipeline
import Routing
import Store
import Testing

@Suite("Metrics of applying")
struct ApplyMetricsTests {
    private let factory = TestMetrics()

    @Test("what the rules leave aside is counted, and how long findings waited")
    func applied() async throws {
        let intake = RecordingIntake()
        for body in [event(id: "a"), event(id: "b")] {
            _ = try await intake.accept(
                IntakeRequest(
                    receivedAt: Date.sample,
                    source: "token",
                    requestID: nil,
                    body: Array(body.utf8),
                    observations: 1
                )
            )
        }
        intake.endWakes()
        try await JournalApplier(
            intake: intake,
            setAside: intake,
            routes: ActiveRoutes(RoutingTable(RouteDocument(), version: 1)),
            handOver: HandOver(),
            metrics: ApplyMetrics(factory: factory),
            logger: Logger(label: "test"),
            now: { Date.sample.addingTimeInterval(2) }
        ).run()
        #expect(try factory.expectCounter("noroshi_findings_unrouted_total").totalValue == 2)
        #expect(try factory.expectTimer("noroshi_apply_delay_seconds").values == [2_000_000_000])
    }
}
