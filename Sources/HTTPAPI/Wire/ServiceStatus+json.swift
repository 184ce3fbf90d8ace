import Findings
import FoundationEssentials
import Operations
import Routing
import Store

extension ProcessStatus {
    /// The first part of the status.
    var members: [JSONValue.Member] {
        let work = WorkReports.Part.allCases.map { JSONValue.Member($0.rawValue, JSONValue(failing[$0])) }
        return [
            .init("version", .string(build.version)),
            .init("startedAt", .string(build.startedAt.iso8601)),
            .init("node", node.json),
            .init("uptimeSeconds", .integer(uptime)),
            .init("draining", .bool(isDraining)),
            .init("diskFull", .bool(health.trouble?.kind == .diskFull)),
            .init("store", health.json),
            .init("work", .object(work)),
            .init(
                "clock",
                [
                    "steps": .integer(clockSteps),
                    "lastStepSeconds": lastClockStep.map {
                        .integer(Int(min(max($0.seconds, -1e15), 1e15).rounded()))
                    } ?? .null,
                    "lastStepAt": JSONValue(lastClockStep?.at.iso8601),
                ]
            ),
        ]
    }
}

extension LedgerStatus {
    /// The second part of the status.
    ///
    /// - Parameter lastReload: What the last reload said.
    /// - Returns: Members of the same object.
    func members(lastReload: RouteReload?) -> [JSONValue.Member] {
        [
            .init("rules", ["active": active?.json ?? .null, "lastReload": lastReload?.json ?? .null]),
            .init("totals", totals.json),
            .init(
                "journal",
                [
                    "appliedPosition": .integer(Int(totals.appliedPosition)),
                    "lastPosition": .integer(Int(totals.lastPosition)),
                ]
            ),
            .init("quarantined", .integer(totals.quarantined)),
            .init(
                "quarantine",
                [
                    "items": .integer(totals.quarantine.items), "bytes": .integer(totals.quarantine.bytes),
                    "limitBytes": .integer(quarantineLimit),
                    "dropped": .integer(totals.quarantine.dropped),
                ]
            ),
            .init(
                "silences",
                .object(Silence.State.allCases.map { .init($0.rawValue, .integer(silences[$0] ?? 0)) })
            ),
            .init("destinations", .array(destinations.map(\.json))),
        ]
    }
}
