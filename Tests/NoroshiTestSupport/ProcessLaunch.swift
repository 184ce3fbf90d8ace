package import Foundation

/// Starts processes one after another: Foundation's `Process.run()` has been seen to crash when tests called it at once.
package enum ProcessLaunch {
    private static let turn = NSLock()

    package static func run(_ process: Process) throws {
        turn.lock()
        defer { turn.unlock() }
        try process.run()
    }
}
