package import FoundationEssentials
import Store

extension Receiver {
    /// Keeps what a source sent in quarantine, without reading any of it.
    ///
    /// - Parameters:
    ///   - bytes: The body, of which 1 MiB is kept.
    ///   - reason: Why it is not read, in words.
    ///   - source: As of ``Submission``.
    ///   - requestID: As of ``Submission``: what comes again is kept once.
    ///   - receivedAt: When it came.
    /// - Throws: Why nothing could be written, an ``IntakeError`` where that is foreseen.
    package func quarantine(
        _ bytes: [UInt8],
        because reason: String,
        source: String,
        requestID: String,
        receivedAt: Date
    ) async throws {
        var quarantine = Quarantine(requestID: requestID, largestItem: Quarantine.largestSum)
        quarantine.add(bytes, because: reason)
        let request = IntakeRequest(
            receivedAt: receivedAt,
            source: source,
            requestID: requestID,
            body: [],
            observations: 0,
            quarantine: quarantine.items
        )
        do {
            _ = try await intake.accept(request)
        } catch {
            let reason = (error as? IntakeError).map { IngestMetrics.Rejection($0) }
            metrics.rejected(reason ?? .unavailable, source: source)
            throw error
        }
        metrics.rejected(.unreadable, source: source)
    }
}
