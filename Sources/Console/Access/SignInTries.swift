import Synchronization

/// How often somebody failed to sign in from an address within the last minute.
final class SignInTries: Sendable {
    /// Failures a minute and address, after which nobody is let in from there.
    static let most = 5
    private static let minute = Duration.seconds(60)
    /// Addresses that are remembered; beyond these the oldest are forgotten.
    private static let mostAddresses = 10_000

    private let now: @Sendable () -> ContinuousClock.Instant
    private let failures = Mutex<[String: [ContinuousClock.Instant]]>([:])

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// Whether another try is looked at.
    func mayTry(from address: String) -> Bool {
        let since = now() - SignInTries.minute
        return failures.withLock { ($0[address] ?? []).count { $0 > since } } < SignInTries.most
    }

    func failed(from address: String) {
        let (now, since) = (now(), now() - SignInTries.minute)
        failures.withLock { failures in
            failures[address, default: []].append(now)
            guard failures.count > SignInTries.mostAddresses else { return }
            failures = failures.compactMapValues { moments in
                let late = moments.filter { $0 > since }
                return late.isEmpty ? nil : late
            }
            if failures.count > SignInTries.mostAddresses { failures = [address: [now]] }
        }
    }
}
