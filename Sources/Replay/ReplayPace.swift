/// How a replay gives way to whatever else goes on: asked after every page.
package struct ReplayPace: Sendable {
    package let rest: @Sendable () async throws -> Void

    package init(rest: @escaping @Sendable () async throws -> Void) { self.rest = rest }

    /// As fast as it goes; whoever else waits for the thread gets it.
    package static let steady = ReplayPace { await Task.yield() }
}
