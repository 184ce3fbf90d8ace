package import FoundationEssentials

/// Somebody as whom requests are signed: keeps credentials, and renews them before they end.
///
/// One renewal runs at a time. What is still valid is used meanwhile and when the renewal fails, so that an outage of
/// whoever hands credentials out is none of requests.
package actor AWSIdentity {
    private struct Kept {
        var credentials: AWSCredentials
        /// From when on new ones are fetched; `nil` for those without an end.
        var renewAt: Date?
        /// Until when these are used.
        var endsAt: Date?
    }

    private let fetch: @Sendable () async throws(CredentialError) -> AWSCredentials
    private let now: @Sendable () -> Date
    private let jitter: @Sendable () -> Double
    private let report: @Sendable (CredentialError) -> Void
    private var kept: Kept?
    private var renewal: Task<Result<AWSCredentials, CredentialError>, Never>?
    private var lastFailure: (at: Date, error: CredentialError)?
    /// Whether a failure was reported since the last success.
    private var isReported = false

    /// How long nothing is tried again after the begin of a renewal that failed.
    package static let pause: Double = 30

    /// - Parameters:
    ///   - now: The time, by AWS's clock.
    ///   - jitter: In 0..<1, so that many processes do not renew at one moment.
    ///   - report: Called with the first failure of a row of renewals of what is still valid and goes on being used.
    ///   - fetch: Gets credentials from where they are handed out.
    package init(
        now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        report: @escaping @Sendable (CredentialError) -> Void = { _ in },
        fetch: @escaping @Sendable () async throws(CredentialError) -> AWSCredentials
    ) {
        self.fetch = fetch
        self.now = now
        self.jitter = jitter
        self.report = report
    }

    /// Credentials that are valid now.
    ///
    /// - Throws: ``CredentialError`` when there are none, and after a failure for ``pause`` seconds without asking.
    package func credentials() async throws(CredentialError) -> AWSCredentials {
        let now = now()
        if let kept, isValid(kept, now) {
            if let renewAt = kept.renewAt, renewAt <= now, isPausing(now) == false { _ = renew() }
            return kept.credentials
        }
        if renewal == nil, isPausing(now), let lastFailure { throw lastFailure.error }
        return try await renew().value.get()
    }

    /// Says that a service does not take these credentials any more, whatever they say of their end, and returns once new
    /// ones are there.
    ///
    /// Until then the old ones are given to others: one service may refuse what another takes.
    ///
    /// - Throws: ``CredentialError`` when there are no new ones, and after a failure for ``pause`` seconds without asking.
    package func refused(_ credentials: AWSCredentials) async throws(CredentialError) {
        guard kept?.credentials == credentials else { return }
        if renewal == nil, isPausing(now()), let lastFailure { throw lastFailure.error }
        _ = try await renew().value.get()
    }

    private func isValid(_ kept: Kept, _ now: Date) -> Bool { kept.endsAt.map { $0 > now } ?? true }

    private func isPausing(_ now: Date) -> Bool {
        guard let lastFailure else { return false }
        return abs(now.timeIntervalSince(lastFailure.at)) < AWSIdentity.pause
    }

    private func renew() -> Task<Result<AWSCredentials, CredentialError>, Never> {
        if let renewal { return renewal }
        // A task of its own: whoever asked first may be cancelled, and others wait for the same.
        let begin = now()
        let task = Task { await finish(renewing(), begunAt: begin) }
        renewal = task
        return task
    }

    private func renewing() async -> Result<AWSCredentials, CredentialError> {
        do {
            return .success(try await fetch())
        } catch {
            return .failure(error)
        }
    }

    private func finish(
        _ result: Result<AWSCredentials, CredentialError>,
        begunAt begin: Date
    ) -> Result<AWSCredentials, CredentialError> {
        renewal = nil
        switch result {
        case .success(let credentials):
            lastFailure = nil
            isReported = false
            keep(credentials, now())
        case .failure(let error):
            lastFailure = (begin, error)
            if isReported == false, let kept, isValid(kept, now()) {
                isReported = true
                report(error)
            }
        }
        return result
    }

    private func keep(_ credentials: AWSCredentials, _ now: Date) {
        guard let end = credentials.expiresAt else {
            kept = Kept(credentials: credentials)
            return
        }
        let life = end.timeIntervalSince(now)
        guard life > 0 else {
            // The metadata service hands out expired ones while it cannot get others: services may take them still.
            kept = Kept(
                credentials: credentials,
                renewAt: now.addingTimeInterval(60),
                endsAt: now.addingTimeInterval(600)
            )
            return
        }
        // 5 minutes or a tenth of their life before the end, but not at every use of those that live for minutes only.
        let margin = min(max(300, life / 10), life / 2)
        kept = Kept(
            credentials: credentials,
            renewAt: end.addingTimeInterval(-margin * (1 + 0.2 * jitter())),
            endsAt: end
        )
    }
}
