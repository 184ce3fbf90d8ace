import FoundationEssentials
import Operations

extension APIRoutes {
    /// This process among those that share its store.
    ///
    /// - Parameters:
    ///   - node: This process.
    ///   - version: Of the program.
    /// - Returns: What is known without asking the store.
    func nodeFamilies(_ node: ThisNode.Standing, version: String) -> [MetricFamily] {
        let labels = [
            MetricLabel("node", "\(node.number)"), MetricLabel("name", node.name), MetricLabel("version", version),
        ]
        var families = [
            MetricFamily("noroshi_node_info", .gauge, "Which node this is.", [.init(1, labels: labels)]),
            MetricFamily(
                "noroshi_node_leads",
                .gauge,
                "Whether this node applies what is accepted, and what is due by itself.",
                [.init(node.leads ? 1 : 0)]
            ),
        ]
        if node.isShared {
            families.append(
                MetricFamily(
                    "noroshi_database_clock_skew_seconds",
                    .gauge,
                    "By how much the clock of the database is ahead of this machine's.",
                    [.init(node.clockSkew)]
                )
            )
        }
        return families
    }

    /// - Parameter nodes: Every process that works on the store.
    /// - Returns: What the store says of them.
    func nodeFamilies(_ nodes: [NodeState]) -> [MetricFamily] {
        let lanes = nodes.first(where: \.isThis)?.lanes.count ?? 0
        return [
            MetricFamily("noroshi_nodes", .gauge, "Nodes that work on the store.", [.init(Double(nodes.count))]),
            MetricFamily(
                "noroshi_node_lanes",
                .gauge,
                "Resources for which this node sends.",
                [.init(Double(lanes))]
            ),
        ]
    }
}
