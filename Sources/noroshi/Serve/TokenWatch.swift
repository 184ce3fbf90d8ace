import HTTPSurface
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the tokens again on SIGHUP and when one of their files changes, so that they are rotated without a restart.
///
/// Whatever cannot be read changes nothing: the tokens that were known stay.
struct TokenWatch: Service {
    let credentials: Credentials
    /// Reads what is configured; a function, for a service is described in the log with all that it holds.
    let configured: @Sendable () throws(CredentialsError) -> Credentials
    let logger: Logger
    /// How often the files are looked at. What changed counts when it is still the same at the next look, for a file may be
    /// written in pieces.
    var interval: Duration = .seconds(2)

    func run() async throws {
        // Without a token the server listens on loopback only; that is not changed while it runs.
        guard credentials.isEmpty == false else { return try await gracefulShutdown() }
        let signals = await UnixSignalsSequence(trapping: .sighup)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                for await _ in signals.cancelOnGracefulShutdown() {
                    switch read() {
                    case .success(let tokens): adopt(tokens)
                    case .failure(let error): complain(error)
                    }
                }
            }
            group.addTask {
                do {
                    try await poll()
                } catch is CancellationError {
                    // The sleep was cut short by the shutdown: nothing to finish.
                }
            }
        }
    }

    private func poll() async throws {
        var candidate: Credentials?
        var complained: CredentialsError?
        while Task.isShuttingDownGracefully == false {
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            switch read() {
            case .failure(let error):
                candidate = nil
                if complained != error { complain(error) }
                complained = error
            case .success(let tokens):
                complained = nil
                if let candidate, candidate.isSame(as: tokens) { adopt(tokens) }
                candidate = tokens
            }
        }
    }

    private func read() -> Result<Credentials, CredentialsError> {
        Result { () throws(CredentialsError) in
            let tokens = try configured()
            guard tokens.isEmpty == false else { throw CredentialsError.none }
            return tokens
        }
    }

    private func adopt(_ tokens: Credentials) {
        guard credentials.isSame(as: tokens) == false else { return }
        credentials.replace(with: tokens)
        logger.notice(
            "tokens were read again: only these are let in from now on",
            metadata: ["tokens": .string(tokens.names.joined(separator: ", "))]
        )
    }

    private func complain(_ error: CredentialsError) {
        logger.error(
            "the tokens cannot be read again; those that were known stay",
            metadata: ["problem": .string(error.description)]
        )
    }
}
