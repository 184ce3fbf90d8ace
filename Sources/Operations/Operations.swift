package import FoundationEssentials

/// What an operator can ask of a running service and do with it, whatever the face through which that happens.
///
/// An action is whole: it validates, changes, puts in force and logs. Nothing of HTTP is known here.
package struct Operations: Sendable {
    package let deliveries: DeliveryOperations
    package let destinations: DestinationOperations
    package let findings: FindingOperations
    package let silences: SilenceOperations
    package let roles: Roles

    /// - Parameters:
    ///   - roles: The parts of the service that are read and acted on.
    ///   - now: The time, for ages and for what becomes due.
    package init(_ roles: Roles, now: @escaping @Sendable () -> Date = { Date() }) {
        deliveries = DeliveryOperations(
            evidence: roles.evidence,
            outbox: roles.outbox,
            routes: roles.routes,
            now: now
        )
        destinations = DestinationOperations(outbox: roles.outbox, lanes: roles.lanes, routes: roles.routes)
        findings = FindingOperations(
            evidence: roles.evidence,
            archive: roles.archive,
            revisions: roles.revisions,
            routes: roles.routes,
            activeSilences: roles.activeSilences,
            now: now
        )
        silences = SilenceOperations(
            silences: roles.silences,
            active: roles.activeSilences,
            routes: roles.routes,
            history: roles.history,
            now: now
        )
        self.roles = roles
    }
}
