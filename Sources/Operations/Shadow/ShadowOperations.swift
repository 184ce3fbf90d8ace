package import FoundationEssentials
import Logging
import Routing
package import Store
import Triage

/// Rules that decide every new observation beside those in force, and send nothing.
package struct ShadowOperations: Sendable {
    let audit: Audit
    let shadows: any Shadows
    let active: ActiveShadow
    let routes: ActiveRoutes
    let rules: RuleReader
    let drafts: DraftOperations
    let now: @Sendable () -> Date

    /// How many samples are given at most where nobody says otherwise.
    package static let usualSamples = 50

    /// The one that runs, or else the last one.
    ///
    /// - Parameter limit: How many samples, the newest first.
    /// - Returns: How it is.
    /// - Throws: When it cannot be read.
    package func status(samples limit: Int = usualSamples) async throws -> ShadowStatus {
        guard let record = try await shadows.shadow() else { return ShadowStatus(record: nil) }
        return ShadowStatus(
            record: record,
            end: end(of: record),
            report: try await shadows.shadowReport(record.number, samples: limit)
        )
    }

    /// Lets a draft decide beside the rules in force.
    ///
    /// - Parameters:
    ///   - draft: Its id.
    ///   - author: Who asks.
    ///   - isExpected: Whether what runs, or ran last, is what was seen, by its tag.
    /// - Returns: The shadow.
    /// - Throws: ``ShadowRefusal``, ``DraftRefusal``, ``RuleRefusal`` for rules that do not load, or when it cannot be
    ///   written.
    package func start(
        _ draft: String,
        by author: Author,
        if isExpected: @Sendable (String) -> Bool
    ) async throws -> ShadowStatus {
        let before = try await status(samples: 0)
        guard isExpected(before.tag) else { throw ShadowRefusal.changed }
        guard before.isRunning == false else { throw ShadowRefusal.running }
        let draft = try await drafts.draft(draft)
        let table = try await rules.table(.text(draft.text))
        let base = routes.table.version
        if let record = before.record, record.endedAt == nil {
            // It ended by itself, which is written now that somebody asks.
            try await shadows.endShadow(record.number, because: before.end?.reason ?? "", now: now())
        }
        let start = ShadowStart(author: author.name, draft: draft.id, base: base, text: draft.text)
        guard let record = try await shadows.startShadow(start, now: now()) else { throw ShadowRefusal.running }
        active.replace(with: .init(number: record.number, table: table, base: base, endsAt: record.endsAt))
        author.log("a shadow was begun", ["draft": .string(draft.id), "beside": .string("v\(base)")])
        await audit.note(
            author.entry(
                "shadow.start",
                draft.id,
                after: "beside v\(base), until \(record.endsAt.formatted(.iso8601))"
            ),
            by: author
        )
        return try await status()
    }

    /// Ends what runs; what it counted stays to be read.
    ///
    /// - Parameters:
    ///   - author: Who asks.
    ///   - isExpected: Whether what runs is what was seen, by its tag.
    /// - Throws: ``ShadowRefusal``, or when it cannot be written.
    package func stop(by author: Author, if isExpected: @Sendable (String) -> Bool) async throws {
        let status = try await status(samples: 0)
        guard isExpected(status.tag) else { throw ShadowRefusal.changed }
        guard let record = status.record, status.isRunning else { throw ShadowRefusal.none }
        active.replace(with: nil)
        try await shadows.endShadow(record.number, because: "stopped by \(author.name)", now: now())
        author.log("a shadow was ended", ["draft": .string(record.start.draft)])
        await audit.note(
            author.entry(
                "shadow.stop",
                record.start.draft,
                before: "\(record.observations) observations beside v\(record.start.base)",
                after: "ended"
            ),
            by: author
        )
    }

    /// Lets the one that ran when the process ended go on, if it still can.
    ///
    /// - Throws: When it cannot be read or written.
    package func resume() async throws {
        guard let record = try await shadows.shadow(), record.endedAt == nil, end(of: record) == nil else { return }
        do {
            let table = try await rules.table(.text(record.start.text))
            active.replace(
                with: .init(number: record.number, table: table, base: record.start.base, endsAt: record.endsAt)
            )
        } catch is RuleRefusal {
            try await shadows.endShadow(
                record.number,
                because: "this version of the program cannot use its rules",
                now: now()
            )
        }
    }

    /// Why it does not decide any more, and since when as far as that is known.
    private func end(of record: ShadowRecord) -> ShadowStatus.End? {
        if let endedAt = record.endedAt { return .init(at: endedAt, reason: record.endReason ?? "") }
        let inForce = routes.table.version
        if inForce != record.start.base {
            return .init(at: nil, reason: "v\(record.start.base) is not in force any more: v\(inForce) is")
        }
        return now() < record.endsAt ? nil : .init(at: record.endsAt, reason: "fourteen days were over")
    }
}

/// How a shadow is, and what it decided otherwise.
package struct ShadowStatus: Sendable {
    package struct End: Sendable, Hashable {
        package var at: Date?
        package var reason: String
    }

    /// `nil` when there never was one.
    package var record: ShadowRecord?
    /// `nil` while it decides.
    package var end: End?
    package var report = ShadowReport()

    package var isRunning: Bool { record != nil && end == nil }

    /// Another one after each beginning and end.
    package var tag: String { "shadow-\(record?.number ?? 0)-\(isRunning ? "running" : "over")" }
}

/// Why a shadow is not begun or ended.
package enum ShadowRefusal: Error, Hashable {
    case running
    case none
    case changed
}

extension ShadowRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .running:
            RefusalAnswer(.conflict, detail: "Other rules decide beside those in force already; end that first.")
        case .none: RefusalAnswer(.unknown, detail: "No rules decide beside those in force.")
        case .changed:
            RefusalAnswer(.changed, detail: "The shadow is not the one that was seen; read it again and decide anew.")
        }
    }
}
