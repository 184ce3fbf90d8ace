package import Routing
package import Store

extension Operations {
    /// The parts of a running service that operations read and act on.
    package struct Roles: Sendable {
        package var records: any Records
        package var archive: any JournalArchive
        package var intake: any Intake
        package var quarantine: any QuarantineArchive
        package var outbox: any Outbox
        package var revisions: any RouteRevisions
        package var lanes: any Lanes
        package var trial: any MessageTrial
        package var activation: any RouteActivation
        package var routes: ActiveRoutes
        package var ruleSets: RuleSets
        package var silences: any Silences
        package var activeSilences: ActiveSilences
        package var history: any History
        package var condition: any StoreCondition
        package var setAside: any SetAsideEntries
        package var reports: WorkReports
        package var clock: ClockSteps
        package var drafts: any Drafts
        package var audit: any AuditRecords
        package var statistics: any Statistics
        package var shadows: any Shadows
        package var activeShadow: ActiveShadow
        package var replays: any ReplayRecords
        package var sessions: any Sessions
        package var sources: any SourceStates
        package var examples: ExpectationExamples
        package var leases: any Leases
        package var node: ThisNode

        package init(
            records: any Records,
            archive: any JournalArchive,
            intake: any Intake,
            quarantine: any QuarantineArchive,
            outbox: any Outbox,
            revisions: any RouteRevisions,
            lanes: any Lanes,
            trial: any MessageTrial,
            activation: any RouteActivation,
            routes: ActiveRoutes,
            silences: any Silences,
            activeSilences: ActiveSilences,
            history: any History,
            condition: any StoreCondition,
            setAside: any SetAsideEntries,
            reports: WorkReports,
            clock: ClockSteps,
            drafts: any Drafts,
            audit: any AuditRecords,
            statistics: any Statistics,
            shadows: any Shadows,
            activeShadow: ActiveShadow,
            replays: any ReplayRecords,
            sessions: any Sessions,
            sources: any SourceStates = NoSources(),
            examples: ExpectationExamples = .none,
            leases: any Leases = SoleNode(),
            node: ThisNode = ThisNode(),
            ruleSets: RuleSets = RuleSets()
        ) {
            self.records = records
            self.archive = archive
            self.intake = intake
            self.quarantine = quarantine
            self.outbox = outbox
            self.revisions = revisions
            self.lanes = lanes
            self.trial = trial
            self.activation = activation
            self.routes = routes
            self.silences = silences
            self.activeSilences = activeSilences
            self.history = history
            self.condition = condition
            self.setAside = setAside
            self.reports = reports
            self.clock = clock
            self.drafts = drafts
            self.audit = audit
            self.statistics = statistics
            self.shadows = shadows
            self.activeShadow = activeShadow
            self.replays = replays
            self.sessions = sessions
            self.sources = sources
            self.examples = examples
            self.leases = leases
            self.node = node
            self.ruleSets = ruleSets
        }
    }
}
