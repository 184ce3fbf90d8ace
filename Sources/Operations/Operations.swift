package import FoundationEssentials
package import Routing

/// What an operator can ask of a running service and do with it, whatever the face through which that happens.
///
/// An action is whole: it validates, changes, puts in force and logs. Nothing of HTTP is known here.
package struct Operations: Sendable {
    package let accounts: AccountOperations
    package let audit: Audit
    package let changes: ChangeFeed
    package let coverage: CoverageOperations
    package let deliveries: DeliveryOperations
    package let destinations: DestinationOperations
    package let drafts: DraftOperations
    package let expectations: ExpectationOperations
    package let findings: FindingOperations
    package let lint: LintOperations
    package let nodes: NodeOperations
    package let quarantine: QuarantineOperations
    package let replays: ReplayOperations
    package let rules: RuleOperations
    package let sessions: SessionOperations
    package let setAside: SetAsideOperations
    package let shadow: ShadowOperations
    package let silences: SilenceOperations
    package let statistics: StatisticsOperations
    package let status: StatusOperations

    /// - Parameters:
    ///   - roles: The parts of the service that are read and acted on.
    ///   - readiness: Whether the process is going down.
    ///   - build: Which program runs.
    ///   - secrets: Where the secrets of destinations are read from, to say whether they are there.
    ///   - brake: By what replays give way to the rest of the service; `nil` to go as fast as they can.
    ///   - now: The time, for ages and for what becomes due.
    ///   - clock: Only goes forward; for how long somebody listens for changes.
    package init(
        _ roles: Roles,
        readiness: Readiness,
        build: Build,
        secrets: SecretSource,
        brake: ReplayBrake? = nil,
        now: @escaping @Sendable () -> Date = { Date() },
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        accounts = AccountOperations(records: roles.records, routes: roles.routes, now: now)
        audit = Audit(records: roles.audit, now: now)
        let reader = RuleReader(
            routes: roles.routes,
            sets: roles.ruleSets,
            revisions: roles.revisions,
            drafts: roles.drafts
        )
        coverage = CoverageOperations(rules: reader, statistics: roles.statistics, now: now)
        lint = LintOperations(rules: reader)
        deliveries = DeliveryOperations(
            audit: audit,
            records: roles.records,
            outbox: roles.outbox,
            routes: roles.routes,
            now: now
        )
        let replays = ReplayOperations(roles, rules: reader, brake: brake, now: now)
        self.replays = replays
        let expectations = ExpectationOperations(sets: roles.ruleSets, examples: roles.examples)
        self.expectations = expectations
        drafts = DraftOperations(
            drafts: roles.drafts,
            revisions: roles.revisions,
            activation: roles.activation,
            audit: audit,
            now: now,
            measured: { try await replays.measured($0, against: $1) },
            expectations: expectations,
            sets: roles.ruleSets
        )
        let findings = FindingOperations(
            records: roles.records,
            archive: roles.archive,
            rules: reader,
            routes: roles.routes,
            activeSilences: roles.activeSilences,
            lanes: roles.lanes,
            now: now
        )
        self.findings = findings
        let nodes = NodeOperations(leases: roles.leases, lanes: roles.lanes, node: roles.node, now: now)
        self.nodes = nodes
        destinations = DestinationOperations(
            audit: audit,
            outbox: roles.outbox,
            lanes: roles.lanes,
            routes: roles.routes,
            findings: findings,
            trial: roles.trial,
            secrets: secrets,
            now: now
        )
        quarantine = QuarantineOperations(
            audit: audit,
            records: roles.records,
            archive: roles.quarantine,
            intake: roles.intake,
            routes: roles.routes,
            now: now
        )
        rules = RuleOperations(
            audit: audit,
            revisions: roles.revisions,
            activation: roles.activation,
            sets: roles.ruleSets
        )
        setAside = SetAsideOperations(audit: audit, entries: roles.setAside)
        silences = SilenceOperations(
            audit: audit,
            silences: roles.silences,
            active: roles.activeSilences,
            routes: roles.routes,
            history: roles.history,
            records: roles.records,
            now: now
        )
        shadow = ShadowOperations(
            audit: audit,
            shadows: roles.shadows,
            active: roles.activeShadow,
            routes: roles.routes,
            rules: reader,
            drafts: drafts,
            now: now
        )
        statistics = StatisticsOperations(
            statistics: roles.statistics,
            records: roles.records,
            routes: roles.routes,
            now: now
        )
        let status = StatusOperations(
            records: roles.records,
            quarantine: roles.quarantine,
            revisions: roles.revisions,
            activation: roles.activation,
            routes: roles.routes,
            silences: roles.silences,
            condition: roles.condition,
            reports: roles.reports,
            clock: roles.clock,
            sources: roles.sources,
            destinations: destinations,
            nodes: nodes,
            readiness: readiness,
            build: build,
            now: now
        )
        self.status = status
        let topics = TopicReader(
            status: status,
            records: roles.records,
            revisions: roles.revisions,
            outbox: roles.outbox,
            lanes: roles.lanes,
            drafts: roles.drafts,
            replays: replays,
            shadows: roles.shadows
        )
        let start = clock.now
        changes = ChangeFeed(elapsed: { start.duration(to: clock.now) }) { try await topics.state(of: $0) }
        sessions = SessionOperations(audit: audit, sessions: roles.sessions, changes: changes, now: now)
    }
}
