import FoundationEssentials
import Logging
import Routing
package import Store
import Triage

extension DeliveryService: Lanes {
    package func status() async -> [LaneStatus] {
        replanIfNeeded()
        let now = time.steady
        return routes.table.document.destinations.compactMap { destination in
            guard let key = laneOf[destination.name], let run = lanes[key] else { return nil }
            return status(of: destination, key, run, now)
        }
    }

    /// Destinations of the same lane that a reason names.
    private static let mostNamed = 10

    private func status(of destination: Destination, _ key: String, _ run: LaneRun, _ now: Date) -> LaneStatus {
        let own = run.own[destination.name]
        var state = run.lane.state(now: now)
        var reason: String?
        switch state {
        case .broken:
            let count = "\(run.lane.failures) failures in a row"
            reason = run.lane.health.goneReason ?? run.lastFault.map { "\(count), the last: \($0)" } ?? count
        case .waiting: reason = run.lane.failures > 0 ? run.lastFault : nil
        case .open, .paused: break
        }
        if let said = reason, run.destinations.count > 1 {
            let others = run.destinations.keys.filter { $0 != destination.name }.sorted()
            let more =
                others.count > DeliveryService.mostNamed ? " and \(others.count - DeliveryService.mostNamed) more" : ""
            let named = others.prefix(DeliveryService.mostNamed).joined(separator: ", ")
            reason = "\(said) (the same resource as that of \(named)\(more))"
        }
        if let own {
            state = .broken
            reason = own.goneReason
        } else if state == .open, run.restsAlone(destination, now: now) {
            state = .waiting
        }
        let deferred = destination.recipients.compactMap(\.self).filter {
            run.recipients[$0]?.isResting(now: now) == true
        }
        if reason == nil, deferred.isEmpty == false {
            reason = "the mail server does not take mail for \(deferred.joined(separator: ", ")) now"
        }
        if let pause = paused[destination.name] {
            state = .paused
            reason = pause.reason
        }
        let rests = [run.lane.notBefore, own?.notBefore] + deferred.map { run.recipients[$0]?.notBefore }
        let until = state == .paused ? nil : rests.compactMap(\.self).filter { $0 > now }.max()
        return LaneStatus(
            destination: destination.name,
            type: destination.transport.type.word,
            lane: key,
            state: state,
            reason: reason,
            pause: paused[destination.name],
            failures: max(run.lane.failures, own?.failures ?? 0),
            notBefore: until?.addingTimeInterval(time.offset),
            recent: recent[destination.name]?.recent(now: now, offset: time.offset)
        )
    }

    package func pause(destination: String, reason: String, author: String) async throws -> Bool {
        replanIfNeeded()
        guard let key = laneOf[destination], let run = lanes[key] else { return false }
        let pause = DestinationPause(destination: destination, reason: reason, author: author, pausedAt: time.now)
        paused[destination] = pause
        beginPauseChange()
        defer { pausesUnderWay -= 1 }
        putBack(key, run, because: "the destination was paused") { $0.destination == destination }
        try await outbox.save(pause)
        logger.notice("a destination was paused", metadata: ["destination": "\(destination)", "reason": "\(reason)"])
        return true
    }

    package func resume(destination: String) async throws -> Bool {
        replanIfNeeded()
        guard let key = laneOf[destination], let run = lanes[key] else { return false }
        beginPauseChange()
        defer { pausesUnderWay -= 1 }
        try await outbox.endPause(of: destination, now: time.now)
        paused[destination] = nil
        run.lane.resume()
        run.own[destination] = nil
        for recipient in run.destinations[destination]?.recipients ?? [] {
            if let recipient { run.recipients[recipient] = nil }
        }
        try await save(key)
        try await outbox.makeDue([destination], now: time.now)
        logger.notice("a destination was resumed", metadata: ["destination": "\(destination)"])
        await refresh(isNews: true)
        return true
    }

    /// What is read of pauses until it has ended may not know of it yet.
    private func beginPauseChange() {
        pauseChanges += 1
        pausesUnderWay += 1
    }

    private func save(_ key: String) async throws {
        guard let run = lanes[key] else { return }
        let record = run.lane.record(key: key, offset: time.offset)
        try await outbox.save([record])
        run.saved = record
    }

    /// Takes over what earlier processes knew of lanes and pauses.
    func readLanes() async throws {
        for pause in try await outbox.pauses() { paused[pause.destination] = pause }
        for record in try await outbox.laneRecords() {
            records[record.lane] = record.goneReason != nil && record.failures == 0 ? try await adopt(record) : record
        }
    }

    /// A pause that a person made of a whole lane becomes one of each of its destinations.
    private func adopt(_ record: LaneRecord) async throws -> LaneRecord {
        guard let reason = record.goneReason else { return record }
        for destination in routes.table.document.destinations
        where LaneKey.of(destination, secrets: secrets) == record.lane {
            let pause = DestinationPause(destination: destination.name, reason: reason, pausedAt: time.now)
            try await outbox.save(pause)
            paused[destination.name] = pause
        }
        let rest = LaneRecord(lane: record.lane)
        try await outbox.save([rest])
        return rest
    }

    /// Says that something outside of the rules and the secrets has changed which may have been in the way, such as the wall
    /// clock by which certificates are judged: what looks gone is tried at once.
    package func probeSoon() async {
        for run in lanes.values { probeSoon(run) }
        await refresh(isNews: true)
    }
}

extension LaneRun {
    /// Whatever looks gone is tried at once.
    func probeSoon() {
        if lane.health.goneReason != nil { lane.probeSoon() }
        for name in own.keys { own[name]?.probeSoon() }
    }
}
