import Routing
import FoundationEssentials
import Logging
import Operations
import Store
import Triage

extension APIRoutes {
    /// What the store, the lanes and the rules look like at this moment.
    ///
    /// A store that does not answer leaves its figures out and sets `noroshi_store_up` to 0: the figures of the process
    /// are wanted most when something is broken.
    func storeFamilies() async -> [MetricFamily] {
        let process = await operations.status.process()
        var families = processFamilies(process) + sourceFamilies(at: process.at)
        families += nodeFamilies(process.node, version: process.build.version)
        var isUp = true
        do {
            let ledger = try await operations.status.ledger()
            if let active = ledger.active {
                families.append(
                    gauge(
                        "noroshi_config_reload_success_timestamp_seconds",
                        "When the rules in force were activated, in seconds since 1970.",
                        active.activatedAt.timeIntervalSince1970
                    )
                )
            }
            families += destinationFamilies(ledger.destinations, at: process.at) + totalFamilies(ledger.totals)
            families.append(silenceFamily(ledger.silences))
            families += nodeFamilies(ledger.nodes)
        } catch {
            isUp = false
            Logger(label: "api").error("the store cannot be read", metadata: ["error": "\(error)"])
        }
        let streams = Double(await operations.changes.listenerCount)
        return families + [
            gauge("noroshi_store_up", "Whether the store answers.", isUp ? 1 : 0),
            gauge("noroshi_streams_open", "Pages and programs that listen for changes.", streams),
        ]
    }

    private func processFamilies(_ process: ProcessStatus) -> [MetricFamily] {
        let isGood = if case .refused = process.lastReload { false } else { true }
        let version = MetricLabel("version", process.build.version)
        return [
            MetricFamily("noroshi_build_info", .gauge, "Which version runs.", [.init(1, labels: [version])]),
            gauge("noroshi_rules_generation", "The version of the rules in force.", Double(process.rulesVersion)),
            gauge(
                "noroshi_config_reload_successful",
                "Whether routes.json was good when it was last read.",
                isGood ? 1 : 0
            ),
        ] + healthFamilies(process)
    }

    private func healthFamilies(_ process: ProcessStatus) -> [MetricFamily] {
        let health = process.health
        let troubles = StoreTrouble.Kind.allCases.map { kind in
            MetricFamily.Sample(health.trouble?.kind == kind ? 1 : 0, labels: [MetricLabel("kind", kind.rawValue)])
        }
        let work = WorkReports.Part.allCases.map { part in
            MetricFamily.Sample(
                process.failing[part] == nil ? 0 : 1,
                labels: [MetricLabel("part", part.rawValue)]
            )
        }
        return [
            MetricFamily("noroshi_store_trouble", .gauge, "Why requests are refused, by kind.", troubles),
            gauge("noroshi_store_damaged", "Whether something was found damaged.", health.damage == nil ? 0 : 1),
            MetricFamily(
                "noroshi_store_checkpoint_failures_total",
                .counter,
                "How often the log could not be moved into the database.",
                [.init(Double(health.checkpointFailures))]
            ),
            gauge(
                "noroshi_store_log_bytes",
                "What of the log has not been moved into the database yet.",
                Double(health.logBytes)
            ),
            MetricFamily("noroshi_work_failing", .gauge, "Whether a part of the service fails.", work),
        ]
    }

    private func silenceFamily(_ counts: [Silence.State: Int]) -> MetricFamily {
        MetricFamily(
            "noroshi_silences",
            .gauge,
            "Silences by state.",
            Silence.State.allCases.map {
                .init(Double(counts[$0] ?? 0), labels: [MetricLabel("state", $0.rawValue)])
            }
        )
    }

    private func destinationFamilies(_ destinations: [DestinationState], at now: Date) -> [MetricFamily] {
        func family(
            _ name: String,
            _ help: String,
            _ value: (DestinationState) -> Double?
        ) -> MetricFamily {
            MetricFamily(
                name,
                .gauge,
                help,
                destinations.compactMap { one in
                    value(one).map { .init($0, labels: [MetricLabel("destination", one.name)]) }
                }
            )
        }
        let depth = destinations.flatMap { one -> [MetricFamily.Sample] in
            [("pending", one.backlog?.pending), ("sending", one.backlog?.sending)].map { state, count in
                .init(
                    Double(count ?? 0),
                    labels: [MetricLabel("destination", one.name), MetricLabel("state", state)]
                )
            }
        }
        return [
            MetricFamily("noroshi_queue_depth", .gauge, "Messages that wait or are under way.", depth),
            family("noroshi_queue_oldest_age_seconds", "Age of the oldest message that waits; 0 when none does.") {
                $0.backlog?.oldestPendingAt.map { max(0, now.timeIntervalSince($0)) } ?? 0
            },
            family("noroshi_dead_letters", "Messages that were given up and can be redriven.") {
                Double($0.backlog?.dead ?? 0)
            },
            family("noroshi_destination_paused", "Whether the destination waits for a person to resume it.") {
                $0.lane.map { $0.state == .paused ? 1 : 0 }
            },
            family("noroshi_destination_failures", "Consecutive failures that are the destination's fault.") {
                $0.lane.map { Double($0.failures) }
            },
        ]
    }

    /// Both levels of the promise, in its own words.
    private func totalFamilies(_ totals: Totals) -> [MetricFamily] {
        func counter(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
            MetricFamily(name, .counter, help, [.init(Double(value))])
        }
        let held = HeldReason.allCases.map { reason in
            MetricFamily.Sample(Double(totals.held[reason] ?? 0), labels: [MetricLabel("reason", reason.rawValue)])
        }
        return [
            counter("noroshi_observations_received_total", "Observations in accepted requests.", totals.received),
            counter("noroshi_observations_redelivered_total", "Those applied before.", totals.redelivered),
            counter("noroshi_observations_accepted_total", "Those received for the first time.", totals.accepted),
            gauge("noroshi_observations_waiting", "Accepted and not applied yet.", Double(totals.waiting)),
            gauge(
                "noroshi_observations_set_aside",
                "Accepted and could not be applied; kept, and tried again on demand.",
                Double(totals.setAside)
            ),
            counter("noroshi_observations_routed_total", "Accepted and routed.", totals.routed),
            counter("noroshi_observations_suppressed_total", "Accepted and suppressed by a rule.", totals.suppressed),
            counter("noroshi_observations_unrouted_total", "Accepted and wanted by no rule.", totals.unrouted),
            counter("noroshi_messages_due_total", "Routed observations by destination and recipient.", totals.due),
            counter("noroshi_messages_delivered_total", "Due and delivered.", totals.delivered),
            gauge("noroshi_messages_pending", "Due and waiting or under way.", Double(totals.pending)),
            gauge("noroshi_messages_dead", "Due and given up.", Double(totals.dead)),
            MetricFamily("noroshi_messages_held_total", .counter, "Due and held back, by reason.", held),
            gauge("noroshi_totals_balanced", "Whether both equations hold.", totals.isBalanced ? 1 : 0),
            counter("noroshi_quarantined_total", "Requests and items that could not be read.", totals.quarantined),
            counter(
                "noroshi_quarantine_dropped_total",
                "Quarantined items that were dropped because there was no room for them.",
                totals.quarantine.dropped
            ),
            gauge("noroshi_quarantine_items", "Items in quarantine.", Double(totals.quarantine.items)),
            gauge("noroshi_quarantine_bytes", "What they and their reasons weigh.", Double(totals.quarantine.bytes)),
            gauge("noroshi_journal_position", "The last accepted journal entry.", Double(totals.lastPosition)),
            gauge(
                "noroshi_journal_applied_position",
                "The last applied journal entry.",
                Double(totals.appliedPosition)
            ),
        ]
    }

    private func gauge(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name, .gauge, help, [.init(value)])
    }
}
