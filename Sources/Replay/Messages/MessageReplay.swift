import Findings
import FoundationEssentials
import Routing
import Simulation

/// Two rule sets that go forward through the same observations, each in a service of its own under a manual clock.
struct MessageReplay: Sendable {
    let question: ReplayQuestion
    let past: Past
    let silences: [Silence]
    let limits: ReplayLimits
    let pace: ReplayPace
    let elapsed: @Sendable () -> Duration

    /// How many observations one transaction applies, as the service does it.
    private static let batch = 256
    /// What comes within so many seconds comes together: a service has what it applies behind it in that time, and what it
    /// tells of each raise by itself is not told of all of them at once.
    private static let span = 0.01

    /// Lives through pages that were read before, the oldest first.
    ///
    /// - Parameters:
    ///   - pages: From the newest to the oldest.
    ///   - decisionsSince: From where on decisions are known.
    ///   - report: Told how many observations are done, and of how many.
    /// - Returns: The messages, and what was cut in words.
    /// - Throws: `CancellationError`, or when the history cannot be read.
    func run(
        _ pages: ReplayWalk.Pages,
        decisionsSince: Date,
        report: (Int, Int) -> Void
    ) async throws -> (effect: MessageEffect, cuts: [String]) {
        var cuts: [String] = []
        var counted = 0
        var since = decisionsSince
        for page in pages.all where page.newest >= decisionsSince {
            counted += page.observations
            guard counted >= limits.simulated, page.oldest > decisionsSince else { continue }
            since = page.oldest
            cuts.append(ReplayCut.messages(since, counted))
            break
        }
        let start = since.addingTimeInterval(-limits.warmUp.seconds)
        let chosen = pages.all.filter { $0.newest >= start }
        let total = chosen.reduce(0) { $0 + $1.observations }
        var sides = [
            MessageSide(question.before, silences, from: start, countingFrom: since, isBefore: true),
            MessageSide(question.after, silences, from: start, countingFrom: since, isBefore: false),
        ]
        let deadline = elapsed() + limits.simulationTime
        let isAnythingOlder = try await past.wasAnythingObserved(before: start)
        var known = KnownFindings(start: start, isAnythingOlder: isAnythingOlder)
        var done = 0
        var observations = 0
        var until = question.until
        let forward = Array(chosen.reversed())
        var ready = try await events(of: forward.first)
        for (place, page) in forward.enumerated() {
            // The next page is read while this one is lived through; it begins with that before this goes on.
            async let following = events(of: place + 1 < forward.count ? forward[place + 1] : nil)
            await Task.yield()
            let past = ready.reversed().filter { $0.receivedAt >= start }
            var first = past.startIndex
            while first < past.endIndex {
                try Task.checkCancellation()
                let batch = MessageReplay.batch(of: past[first...])
                first += batch.count
                let told = known.toldBefore(batch)
                for index in sides.indices { try await sides[index].take(batch, toldBefore: told) }
                done += batch.reduce(0) { $0 + $1.observations.count }
                for event in batch where event.receivedAt >= since { observations += event.observations.count }
                try await pace.rest()
            }
            report(done, max(total, done))
            guard elapsed() < deadline else {
                until = page.newest
                cuts.append(ReplayCut.messageTime(until, limits.simulationTime))
                break
            }
            ready = try await following
        }
        for index in sides.indices { try await sides[index].finish(at: until) }
        let effect = MessageEffect(
            since: since,
            until: until,
            observations: observations,
            destinations: MessageSide.together(sides[0], sides[1])
        )
        return (effect, cuts)
    }

    private func events(of page: ReplayWalk.Page?) async throws -> [PastEvent] {
        guard let page else { return [] }
        return try await past.page(before: page.cursor)?.events ?? []
    }

    private static func batch(of events: ArraySlice<PastEvent>) -> ArraySlice<PastEvent> {
        guard let begin = events.first?.receivedAt else { return [] }
        var count = 0
        return events.prefix { event in
            defer { count += event.observations.count }
            return count == 0 || (count < batch && event.receivedAt.timeIntervalSince(begin) < span)
        }
    }
}

/// Which findings came up in a replay, and which of them were known before it began.
struct KnownFindings: Sendable {
    let start: Date
    /// False where the service has observed nothing before: then nobody was told, however old a finding is at its source.
    let isAnythingOlder: Bool
    private var seen: Set<Int> = []

    init(start: Date, isAnythingOlder: Bool) {
        self.start = start
        self.isAnythingOlder = isAnythingOlder
    }

    /// Findings that come up for the first time and were observed before the replay began.
    ///
    /// The source's own dates stand in where the store's are not at hand.
    mutating func toldBefore(_ events: ArraySlice<PastEvent>) -> [PastObservation] {
        var found: [PastObservation] = []
        for event in events {
            for observation in event.observations {
                let finding = observation.before.finding
                guard seen.insert(FindingFates.hash(finding.key)).inserted else { continue }
                let said = isAnythingOlder ? finding.firstSeenAt ?? finding.createdAt : nil
                let first = observation.firstSeenAt ?? said
                if let first, first < start { found.append(observation) }
            }
        }
        return found
    }
}
