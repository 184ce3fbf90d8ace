package import FoundationEssentials
package import Routing
package import Store

extension FakeRoles: Silences {
    package func silences(_ states: Set<Silence.State>?, now: Date, page: Page) async throws -> Paged<Silence> {
        let all = try read { $0.silences.reversed().filter { states?.contains($0.state(at: now)) ?? true } }
        return try FakeRoles.page(all, page)
    }

    package func silence(_ id: String) async throws -> Silence? { try read { $0.silences.first { $0.id == id } } }

    package func openSilences(now: Date) async throws -> [Silence] {
        try read { $0.silences.filter { $0.state(at: now) != .expired } }
    }

    package func silenceCounts(now: Date) async throws -> [Silence.State: Int] {
        try read { Dictionary($0.silences.map { ($0.state(at: now), 1) }, uniquingKeysWith: +) }
    }

    package func create(_ draft: SilenceDraft, author: String, now: Date) async throws -> Silence {
        try read { state in
            guard state.silences.count < 5 else { throw SilenceRefusal.tooMany }
            let silence = Silence(draft, id: "s\(state.silences.count + 1)", author: author, at: now)
            state.silences.append(silence)
            return silence
        }
    }

    package func edit(
        _ id: String,
        to draft: SilenceDraft,
        author: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> SilenceEdit {
        try read { state in
            guard let index = state.silences.firstIndex(where: { $0.id == id }) else { throw SilenceRefusal.unknown }
            let silence = state.silences[index]
            guard isExpected(silence) else { throw SilenceRefusal.changed }
            if let edited = silence.edited(draft, at: now) {
                state.silences[index] = edited
                return .inPlace(edited)
            }
            state.silences[index] = silence.expired(at: now)
            let new = Silence(draft, id: "s\(state.silences.count + 1)", author: author, at: now)
            state.silences.append(new)
            return .replaced(old: state.silences[index], new: new)
        }
    }

    package func expire(
        _ id: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> Silence {
        try read { state in
            guard let index = state.silences.firstIndex(where: { $0.id == id }) else { throw SilenceRefusal.unknown }
            guard isExpected(state.silences[index]) else { throw SilenceRefusal.changed }
            state.silences[index] = state.silences[index].expired(at: now)
            return state.silences[index]
        }
    }
}

extension FakeRoles: History {
    package func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
        -> [ObservedFinding]
    {
        try read { Array($0.observed.filter { $0.number < before ?? .max && $0.receivedAt >= since }.prefix(limit)) }
    }

    package func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] {
        try read { Array($0.observed.filter { $0.silencedBy.contains(silence) }.prefix(limit)) }
    }

    package var metered: any History { self }
    package func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] {
        var size = 0
        return try read { state in
            let found = state.past.filter { $0.position < before ?? .max && $0.receivedAt >= since }
            return Array(
                found.prefix { entry in
                    defer { size += entry.body.count }
                    return size == 0 || size + entry.body.count <= byteLimit
                }
            )
        }
    }
}
