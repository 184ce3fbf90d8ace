import Synchronization

/// The rules in force: read by everything that decides or delivers, replaced as a whole on activation.
package final class ActiveRoutes: Sendable {
    private let state: Mutex<RoutingTable>

    package init(_ table: RoutingTable) { state = Mutex(table) }

    package var table: RoutingTable { state.withLock { $0 } }

    /// Puts another rule set in force; whoever reads afterwards sees all of it.
    package func replace(with table: RoutingTable) { state.withLock { $0 = table } }
}
