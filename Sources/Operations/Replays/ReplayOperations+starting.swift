import FoundationEssentials
import Logging
import Replay
import Routing
import Store

extension ReplayOperations {
    /// Asks for a replay, which this process runs.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - author: Who asks.
    /// - Returns: The replay, and whether it is a new one and not that of the same question asked lately, of whichever process.
    /// - Throws: ``ReplayRefusal``, or when the rules cannot be read or the store cannot be written.
    package func start(
        _ request: ReplayRequest,
        by author: Author
    ) async throws -> (replay: ReplayStatus, isNew: Bool) {
        var request = request
        var draft: String?
        do {
            if case .draft(let id) = request.candidate { draft = try await rules.draftTag(id) }
            request.candidate = try await rules.settled(request.candidate)
            request.against = try await rules.settled(request.against)
        } catch let refusal as RuleRefusal {
            throw ReplayRefusal.rules(refusal)
        }
        let name = name(of: request)
        let time = now()
        let earlier = try await ReplayRecord.latest(
            in: kept.replays(),
            asking: name,
            form: ReplayResult.form,
            now: time
        )
        if let earlier { return (try await shown(earlier), false) }
        let until = min(request.until ?? time, time)
        let since = request.since ?? until.addingTimeInterval(-Double(ReplayLimits.usualDays) * 86_400)
        guard since < until else { throw ReplayRefusal.empty }
        let (before, after) = try await tables(request)
        let question = ReplayQuestion(before: before, after: after, since: since, until: until, depth: request.depth)
        let ask = ReplayAsk(
            id: makeID(),
            question: name,
            form: ReplayResult.form,
            candidate: after.version == 0 ? nil : after.version,
            against: before.version == 0 ? nil : before.version,
            since: since,
            until: until,
            depth: request.depth.rawValue,
            author: author.name,
            draft: draft
        )
        let rules = ReplayedRules(candidate: request.candidate.text, against: request.against.text)
        let added = try await add(ask, rules, question, author, at: time)
        if added.isNew {
            let entry = author.entry("replay.start", added.replay.id, after: ReplayOperations.words(ask))
            await audit.note(entry, by: author)
        }
        return added
    }

    /// What was asked, for the audit.
    private static func words(_ ask: ReplayAsk) -> String {
        func name(_ version: Int?) -> String { version.map { "v\($0)" } ?? "a text" }
        return "\(name(ask.candidate)) beside \(name(ask.against)), \(ask.depth)"
    }

    /// Has the store take a replay, and runs it.
    private func add(
        _ ask: ReplayAsk,
        _ rules: ReplayedRules,
        _ question: ReplayQuestion,
        _ author: Author,
        at time: Date
    ) async throws -> (replay: ReplayStatus, isNew: Bool) {
        let isBegun = runs.isEmpty && isBeginning == false
        if isBegun { isBeginning = true }
        defer {
            if isBegun { isBeginning = false }
            if isBeginning == false { runNext() }
        }
        let admission: ReplayAdmission
        do {
            admission = try await kept.startReplay(ask, rules, isBegun: isBegun, now: time)
        } catch {
            // Where nobody knows whether it was taken, nobody is to wait for it.
            Task { await conclude(ask.id, .cancelled, progress: nil) }
            throw error
        }
        switch admission {
        case .known(let record): return (try await shown(record), false)
        case .full: throw ReplayRefusal.full(ReplayRecord.mostWaiting)
        case .added(let record):
            let run = Run(id: ask.id, question: question, isBegun: isBegun)
            if isBegun { runs.insert(run, at: 0) } else { runs.append(run) }
            author.log("a replay was asked for", ["replay": .string(ask.id)])
            return (ReplayStatus(record), true)
        }
    }

    private func name(of request: ReplayRequest) -> String {
        let times = [request.since, request.until].map { $0.map { String($0.timeIntervalSince1970) } ?? "-" }
        return ([rules.name(request.candidate), rules.name(request.against), request.depth.rawValue] + times)
            .joined(separator: "\n")
    }

    private nonisolated func tables(
        _ request: ReplayRequest
    ) async throws -> (before: RoutingTable, after: RoutingTable) {
        do {
            return (try await rules.table(request.against), try await rules.table(request.candidate))
        } catch let refusal as RuleRefusal {
            throw ReplayRefusal.rules(refusal)
        }
    }
}

extension RuleSource {
    /// The rules themselves where no version has them.
    fileprivate var text: [UInt8]? { if case .text(let text) = self { text } else { nil } }
}
