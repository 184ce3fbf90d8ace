package import Routing
import Synchronization

/// Who is told of what by the rules in force, worked out once for each version of them.
package final class CoverageOperations: Sendable {
    private let routes: ActiveRoutes
    private let known = Mutex<(version: Int, coverage: Coverage)?>(nil)

    init(routes: ActiveRoutes) { self.routes = routes }

    /// The version of the rules in force; its coverage is always the same.
    package var version: Int { routes.table.version }

    /// The coverage of the rules in force.
    ///
    /// - Returns: With the version that it is of.
    @concurrent
    package func coverage() async -> (version: Int, coverage: Coverage) {
        let table = routes.table
        if let known = known.withLock({ $0 }), known.version == table.version { return known }
        let found = (version: table.version, coverage: Coverage(table))
        known.withLock { $0 = found }
        return found
    }
}
