import Routing
import Store
import Triage

/// What a topic is about, as far as its changes are told: two that are equal look the same to whoever looks.
enum TopicState: Sendable, Hashable {
    case overview(Overview)
    case deliveries(Totals, [DeliveryLook], [LaneStatus])
    case findings(Totals)
    case rules(Rules)
    case shadow(ShadowRecord?)
    case replay(state: ReplayStatus.State, revision: Int)

    struct Overview: Sendable, Hashable {
        var totals: Totals
        var version: Int?
        var reload: RouteReload?
        var health: StoreHealth
        var failing: Set<WorkReports.Part>
        var lanes: [LaneStatus]
        var backlog: [DestinationBacklog]
        var sources: [SourceLook]
        var nodes: [NodeLook]
    }

    /// What is told of a source that is pulled; its counts grow with every answer.
    struct SourceLook: Sendable, Hashable {
        var name: String
        var phase: SourceState.Phase
        var failure: SourceState.Kind?
    }

    /// What is told of a node among others.
    struct NodeLook: Sendable, Hashable {
        var number: Int64
        var leads: Bool
        var lanes: [String]
    }

    struct Rules: Sendable, Hashable {
        var version: Int?
        var reload: RouteReload?
        var drafts: [DraftMark]
    }

    struct DeliveryLook: Sendable, Hashable {
        var id: String
        var state: Notification.State
        var attempts: Int
    }
}

/// Reads what topics are about; a few rows of each, as whoever listens has it done every other second.
struct TopicReader: Sendable {
    let status: StatusOperations
    let records: any Records
    let revisions: any RouteRevisions
    let outbox: any Outbox
    let lanes: any Lanes
    let drafts: any Drafts
    let replays: ReplayOperations
    let shadows: any Shadows

    /// Deliveries whose states are compared: those of the first page.
    private static let newest = 50

    /// - Throws: ``ReplayRefusal/unknown`` for a replay that is not there; else when the store cannot be read.
    func state(of topic: Topic) async throws -> TopicState {
        switch topic {
        case .overview:
            let process = await status.process()
            // How long a part has failed is no news, nor how far the log has grown.
            var health = process.health
            health.logBytes = 0
            return .overview(
                TopicState.Overview(
                    totals: try await records.totals(),
                    version: try await revisions.activeRevision()?.version,
                    reload: process.lastReload,
                    health: health,
                    failing: Set(process.failing.keys),
                    lanes: await lanes.status(),
                    backlog: try await outbox.backlog(),
                    sources: process.sources.map {
                        TopicState.SourceLook(name: $0.name, phase: $0.phase, failure: $0.failure?.kind)
                    },
                    nodes: try await status.nodes.list().map {
                        TopicState.NodeLook(number: $0.number, leads: $0.leads, lanes: $0.lanes.map(\.lane))
                    }
                )
            )
        case .deliveries:
            let newest = try await records.notifications(NotificationFilter(), page: Page(limit: TopicReader.newest))
            return .deliveries(
                try await records.totals(),
                newest.items.map { TopicState.DeliveryLook(id: $0.id, state: $0.state, attempts: $0.attempts) },
                await lanes.status()
            )
        case .findings: return .findings(try await records.totals())
        case .rules:
            return .rules(
                TopicState.Rules(
                    version: try await revisions.activeRevision()?.version,
                    reload: await status.process().lastReload,
                    drafts: try await drafts.draftMarks()
                )
            )
        case .shadow: return .shadow(try await shadows.shadow())
        case .replay(let id):
            let replay = try await replays.glance(id)
            return .replay(state: replay.state, revision: replay.revision)
        }
    }
}
