import ArgumentParser
import Findings
import Routing

/// `noroshi nodes`: the processes that share a store.
struct NodesCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodes",
        abstract: "Shows the nodes that share a database, and what each of them does.",
        discussion: """
            Every node takes findings in and answers. One of them leads: it decides what is told, and when. One deletes \
            what is older than the retention. Destinations are shared: each resource that messages go to (a webhook, a \
            mail server) is served by one node. A node that ends hands its work over at once, one that dies after the \
            time that --takeover says.

            EXAMPLES
              noroshi nodes
              noroshi nodes --server https://noroshi.example.com --format json

            EXIT STATUS
              0   the server answered
              1   the server refused
              3   the server cannot be reached
              64  the command line is wrong
            """
    )

    @OptionGroup var remote: ServerOptions

    func act(on server: ServerConnection) async throws {
        let answer = try await server.get("/api/v1/nodes")
        let nodes = answer["nodes"]?.elements ?? []
        switch remote.format {
        case .json: for node in nodes { print(node.compactText) }
        case .text:
            Terminal.print(NodesCommand.table(nodes))
            if answer["shared"]?.bool != true {
                Terminal.note("One process does everything; 'noroshi serve --database' lets several share the work.")
            } else if nodes.contains(where: { $0["leads"]?.bool == true }) == false {
                Terminal.note("No node leads now; what is accepted waits until one does.")
            }
        }
    }

    static func table(_ nodes: [JSON]) -> Table {
        Table(
            columns: [
                .init(title: "NODE", isNumber: true), .init(title: "NAME"), .init(title: "VERSION", rank: 3),
                .init(title: "STARTED", isWhole: true, rank: 2), .init(title: "DOES", isWhole: true),
                .init(title: "LANES", isNumber: true), .init(title: "DESTINATIONS", gives: true, rank: 1),
            ],
            rows: nodes.map { node in
                let leads = node["leads"]?.bool == true
                let work = [
                    leads ? "leads" : nil, node["housekeeping"]?.bool == true ? "deletes" : nil,
                    node["this"]?.bool == true ? "answers" : nil,
                ]
                let lanes = node["lanes"]?.elements ?? []
                let destinations = lanes.flatMap { $0["destinations"]?.elements.compactMap(\.string) ?? [] }
                return [
                    "\(node.shown("number"))", "\(node.shown("name"))", "\(node.shown("version"))",
                    "\(node.moment("startedAt"))",
                    .init(work.compactMap(\.self).joined(separator: ", "), leads ? .green : nil), "\(lanes.count)",
                    .init(destinations.joined(separator: ", ")),
                ]
            }
        )
    }
}
