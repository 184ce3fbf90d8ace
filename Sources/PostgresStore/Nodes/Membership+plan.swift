import FoundationEssentials
import Store

/// What a node sees of the others in one moment.
struct Picture: Sendable {
    struct Lease: Sendable, Hashable {
        var name: String
        var node: Int64
        var since: Date
    }

    /// The beat of each.
    var nodes: [Int64: Int64]
    var leases: [Lease]
    /// The server's clock, and this machine's when the answer came; seconds since 1970.
    var clock: Double
    var readAt: Double
    /// Nodes that say of themselves that they may lead and send.
    var fit: Set<Int64>
    /// Whether a node that is gone has left messages `sending`.
    var hasLeftovers = false
}

/// What a node does about it.
struct Plan: Sendable, Hashable {
    /// Nodes that are gone, each with the beat at which it stands.
    var gone: [Int64: Int64] = [:]
    /// Names of leases to be taken if they are free, and to be given back.
    var wanted: [String] = []
    var released: [String] = []
}

extension Membership {
    /// Decides what to do about what was seen.
    ///
    /// - Parameters:
    ///   - state: What is known of the others is brought up to date.
    ///   - picture: What was seen.
    ///   - begun: When looking began.
    ///   - times: How long is long.
    /// - Returns: What to do.
    static func plan(_ state: inout State, _ picture: Picture, begun: ContinuousClock.Instant, _ times: Times) -> Plan {
        var plan = Plan()
        // A node that was held up itself, or could not see the others, begins to count anew: it may be at fault.
        let wasAway = state.lastBeat.map { $0.duration(to: begun) > .seconds(times.beat + times.burial / 4) } ?? true
        state.lastBeat = begun
        if wasAway { state.seen = [:] }
        for (node, beat) in picture.nodes where node != state.node {
            guard let seen = state.seen[node], seen.beat == beat else {
                state.seen[node] = Seen(beat: beat, since: begun)
                continue
            }
            if seen.since.duration(to: begun) >= .seconds(times.burial) { plan.gone[node] = beat }
        }
        state.seen = state.seen.filter { picture.nodes[$0.key] != nil }

        let mine = picture.leases.filter { $0.node == state.node }
        var held: [LeasedWork: Date] = [:]
        for lease in mine { LeasedWork(name: lease.name).map { held[$0] = lease.since } }
        state.held = held
        let gone = plan.gone
        let free = { (work: LeasedWork) in
            picture.leases.contains { $0.name == work.name && gone[$0.node] == nil } == false
        }
        // The answer took some time: half of what is unknown is allowed for.
        state.skew = picture.clock - picture.readAt
        // Where nobody is fit, the server may be at fault: all go on.
        let others = picture.fit.filter { $0 != state.node && gone[$0] == nil }
        let isFit = others.isEmpty || (state.knowsRules && abs(state.skew) <= times.skew)
        if isFit == false, held[.triage] != nil {
            plan.released.append(LeasedWork.triage.name)
        } else if isFit, held[.triage] == nil, free(.triage) {
            plan.wanted.append(LeasedWork.triage.name)
        }
        if held[.housekeeping] == nil, free(.housekeeping) { plan.wanted.append(LeasedWork.housekeeping.name) }
        let serving =
            others.isEmpty && picture.fit.contains(state.node) == false
            ? picture.nodes.keys.count { gone[$0] == nil } : others.count + (isFit ? 1 : 0)
        share(&state, isFit ? max(1, serving) : 0, &plan, free)
        return plan
    }

    /// Lanes in equal shares: one more than that at most, so that they do not wander with each node that comes.
    ///
    /// They are divided between so many `nodes`, this one among them; 0 where this one is to serve none.
    private static func share(
        _ state: inout State,
        _ nodes: Int,
        _ plan: inout Plan,
        _ free: (LeasedWork) -> Bool
    ) {
        let share = nodes == 0 ? 0 : (state.offered.count + nodes - 1) / nodes
        var lanes: [String] = []
        for case .lane(let lane) in state.held.keys { lanes.append(lane) }
        lanes.sort()
        // Lanes that no destination uses any more.
        for lane in lanes where state.offered.contains(lane) == false { state.leaving.insert(lane) }
        state.leaving.formIntersection(lanes)
        let kept = lanes.filter { state.leaving.contains($0) == false }
        if kept.count > share + (nodes > 1 ? 1 : 0) {
            for lane in kept.suffix(kept.count - share) { state.leaving.insert(lane) }
            return
        }
        let room = share - kept.count
        guard room > 0 else { return }
        let wanted = state.offered.subtracting(lanes).filter { free(.lane($0)) }.sorted()
        plan.wanted += wanted.prefix(room).map { LeasedWork.lane($0).name }
    }
}
