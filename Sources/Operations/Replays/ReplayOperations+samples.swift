import Findings
import FoundationEssentials
package import Replay
package import Routing
package import Store

extension ReplayOperations {
    /// Samples of a class, the most severe first, with the reasons of both rule sets.
    ///
    /// - Parameters:
    ///   - id: The replay.
    ///   - kind: The class.
    ///   - destination: Only those that it gets, loses or is told of otherwise; `nil` for all.
    ///   - page: Which of them.
    /// - Returns: A page of them; at most ``ReplayLimits/samples`` in all.
    /// - Throws: ``ReplayRefusal``, ``InvalidCursor``, or when the journal cannot be read.
    package nonisolated func findings(
        of id: String,
        _ kind: ReplayClass,
        at destination: String?,
        page: Page
    ) async throws -> Paged<ExplainedSample> {
        let status = try await replay(id)
        guard let result = status.result else { throw ReplayRefusal.notDone(status.state) }
        let samples = result.samples.samples(of: kind, at: destination)
        var start = 0
        if let cursor = page.cursor {
            guard let place = Int(cursor), samples.indices.contains(place) else { throw InvalidCursor() }
            start = place
        }
        let end = min(samples.count, start + page.limit)
        var items: [ExplainedSample] = []
        if start < end {
            let tables = try await tables(of: id)
            for sample in samples[start..<end] { items.append(try await explain(sample, tables)) }
        }
        return Paged(items: items, next: end < samples.count ? String(end) : nil)
    }

    private nonisolated func explain(
        _ sample: ReplaySample,
        _ tables: (before: RoutingTable, after: RoutingTable)
    ) async throws -> ExplainedSample {
        var journal: JournalEntry?
        if let position = sample.position { journal = try await archive.journalEntry(at: position) }
        return ExplainedSample(
            sample: sample,
            before: try explanation(sample, journal, tables.before),
            after: try explanation(sample, journal, tables.after)
        )
    }

    /// Why it goes where it goes, at the time at which it came; silences are no part of a decision.
    private nonisolated func explanation(
        _ sample: ReplaySample,
        _ entry: JournalEntry?,
        _ table: RoutingTable
    ) throws -> Explanation {
        table.explain(try observation(sample, entry, table), at: sample.receivedAt, silences: nil)
    }

    /// The sample as the rules saw it; without its event when that is no longer kept.
    private nonisolated func observation(
        _ sample: ReplaySample,
        _ entry: JournalEntry?,
        _ table: RoutingTable
    ) throws -> Observation {
        let stored = Observation(finding: sample.finding, event: try JSONDocument.parse("{}"))
        guard let entry else { return stored }
        do throws(FindingDecodingError) {
            let decoded = try FindingDecoder(defaults: table.document.severities).decodeAgain(
                entry.body,
                requestID: entry.requestID,
                accepted: entry.observations
            )
            let same = decoded.observations.filter { $0.finding.key == sample.finding.key }
            return same.first { $0.finding.updatedAt == sample.finding.updatedAt } ?? same.first ?? stored
        } catch {
            // It was read when the replay ran, so that it was written by this version; all that is left is what is stored.
            return stored
        }
    }
}

/// A sample, and why each of the two rule sets sends it where it does.
package struct ExplainedSample: Sendable {
    package var sample: ReplaySample
    package var before: Explanation
    package var after: Explanation
}
