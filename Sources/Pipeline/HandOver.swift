package import Findings
import Synchronization
import Triage

/// Decoded bodies on their way from accepting to applying, so that what was just decoded is not decoded again.
///
/// Only a convenience: whatever is not here is decoded from the journal. It is bounded, and when it is full the oldest
/// stay, because they are applied first.
package final class HandOver: Sendable {
    /// A decoded body.
    package struct Decoded: Sendable {
        package let body: DecodedBody
        /// With what the body was decoded; a reload may have changed it since.
        package let defaults: SeverityDefaults
        /// As received.
        package let bytes: Int

        package init(body: DecodedBody, defaults: SeverityDefaults, bytes: Int) {
            self.body = body
            self.defaults = defaults
            self.bytes = bytes
        }
    }

    private struct State {
        var waiting: [Int64: Decoded] = [:]
        var bytes = 0
    }

    private let entryLimit: Int
    private let byteLimit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - entries: How many bodies may wait.
    ///   - bytes: How large they may be together, as received; decoded they take several times as much.
    package init(entries: Int = 2_048, bytes: Int = 4 * 1_048_576) {
        entryLimit = entries
        byteLimit = bytes
    }

    /// Keeps a decoded body, if there is room.
    ///
    /// - Parameters:
    ///   - decoded: The body.
    ///   - position: Of its journal entry.
    package func put(_ decoded: Decoded, at position: Int64) {
        state.withLock { state in
            guard state.waiting.count < entryLimit, state.bytes + decoded.bytes <= byteLimit else { return }
            guard state.waiting.updateValue(decoded, forKey: position) == nil else { return }
            state.bytes += decoded.bytes
        }
    }

    func take(_ position: Int64) -> Decoded? {
        state.withLock { state in
            guard let decoded = state.waiting.removeValue(forKey: position) else { return nil }
            state.bytes -= decoded.bytes
            return decoded
        }
    }

    /// Drops what was put here too late to be taken.
    func forget(through applied: JournalCursor) {
        state.withLock { state in
            guard state.waiting.isEmpty == false else { return }
            for stale in state.waiting.keys where applied.includes(stale) {
                state.bytes -= state.waiting.removeValue(forKey: stale)?.bytes ?? 0
            }
        }
    }
}
