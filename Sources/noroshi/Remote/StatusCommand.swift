import ArgumentParser
import Findings
import Routing

/// `noroshi status`: the running service on one screen.
struct StatusCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows a running server: rules, totals, destinations.",
        discussion: """
            The totals are the promise in numbers. Every accepted observation of a finding is waiting, routed, \
            suppressed or unrouted; every message that was due is delivered, pending, dead, or held back for a reason.

            EXAMPLES
              noroshi status
              noroshi status --server https://noroshi.example.com --token-file token
              noroshi status --format json | jq .totals.balanced

            EXIT STATUS
              0   the server answered
              1   the server refused
              3   the server cannot be reached
              64  the command line is wrong
            """
    )

    @OptionGroup var remote: ServerOptions

    func act(on server: ServerConnection) async throws {
        let status = try await server.get("/api/v1/status")
        show(status) { StatusText.page(status, $0) }
    }
}

/// The status as people read it.
enum StatusText {
    static func page(_ status: JSON, _ colours: Colours) -> String {
        var lines = [
            "Noroshi \(EscapedText.visible(status.shown("version"))), since \(status.moment("startedAt"))"
                + (status["draining"]?.bool == true ? colours.paint(", shutting down", .yellow) : "")
        ]
        lines += node(status)
        lines += problems(status, colours)
        lines += rules(status, colours) + totals(status, colours)
        let destinations = status["destinations"]?.elements ?? []
        if destinations.isEmpty == false {
            lines += ["", DestinationsCommand.table(destinations).text(width: Terminal.width, colours: colours)]
        }
        return lines.joined(separator: "\n")
    }

    /// Which node has answered; nothing where one process does everything.
    private static func node(_ status: JSON) -> [String] {
        guard let number = status["node"]?["number"]?.integer, number > 0 else { return [] }
        let name = EscapedText.visible(status.shown("node", "name"))
        let does = status["node"]?["leads"]?.bool == true ? "leads" : "follows"
        return ["node       \(number), \(name), \(does); 'noroshi nodes' shows all of them"]
    }

    /// What is wrong with the store and with the parts that work by themselves.
    private static func problems(_ status: JSON, _ colours: Colours) -> [String] {
        var problems: [(String, String?)] = [("store", status["store"]?["trouble"]?["problem"]?.string)]
        problems.append(("store", status["store"]?["damage"]?.string.map { "damaged: \($0)" }))
        let log = status["store"]?["log"]
        let bytes = log?["bytes"]?.integer ?? 0
        problems.append(
            ("log", log?["trouble"]?["problem"]?.string.map { "grows, \(bytes >> 20) MiB by now: \($0)" })
        )
        for part in ["applier", "timers", "outbox"] { problems.append((part, status["work"]?[part]?.string)) }
        if let count = status["totals"]?["setAside"]?.integer, count > 0 {
            problems.append(("aside", "\(count) findings could not be applied; 'noroshi set-aside list' shows why"))
        }
        return problems.compactMap { name, problem in
            problem.map {
                colours.paint(
                    name + String(repeating: " ", count: 11 - name.count) + EscapedText.visible($0, limit: 500),
                    .red
                )
            }
        }
    }

    private static func rules(_ status: JSON, _ colours: Colours) -> [String] {
        guard let active = status["rules"]?["active"], active.isNull == false else { return ["rules      none yet"] }
        var lines = [
            "rules      version \(active.shown("version")), since \(active.moment("activatedAt")), "
                + "by \(EscapedText.visible(active.shown("author")))"
        ]
        let problems = status["rules"]?["lastReload"]?["problems"]?.elements.compactMap(\.string) ?? []
        if problems.isEmpty == false {
            lines.append(colours.paint("           the file as it is now is refused, these rules stay:", .red))
            lines += problems.map { "             " + EscapedText.visible($0, limit: 500) }
        }
        return lines
    }

    /// `nil` when nothing is there that could not be read.
    private static func quarantine(_ status: JSON, _ colours: Colours) -> String? {
        let dropped = status["quarantine"]?["dropped"]?.integer ?? 0
        guard status["quarantine"]?["items"]?.integer ?? 0 > 0 || dropped > 0 else { return nil }
        return "quarantine \(status.shown("quarantine", "items")) items, \(status.shown("quarantine", "bytes")) of "
            + "\(status.shown("quarantine", "limitBytes")) bytes"
            + (dropped > 0 ? colours.paint(", \(dropped) dropped for want of room", .yellow) : "")
            + "; see 'noroshi quarantine list'"
    }

    private static func totals(_ status: JSON, _ colours: Colours) -> [String] {
        func sum(_ names: [String]) -> String {
            names.map { "\(status.shown("totals", $0)) \($0)" }.joined(separator: " + ")
        }
        let hasAside = status["totals"]?["setAside"]?.integer ?? 0 > 0
        let parts = ["waiting"] + (hasAside ? ["setAside"] : []) + ["routed", "suppressed", "unrouted"]
        let held = status["totals"]?["held"]?.members.compactMap { member in
            member.value.integer.flatMap { $0 > 0 ? "\($0) \(member.key)" : nil }
        }
        let heldCount = status["totals"]?["held"]?.members.compactMap(\.value.integer).reduce(0, +) ?? 0
        let isBalanced = status["totals"]?["balanced"]?.bool == true
        let waiting = (status["destinations"]?.elements ?? [])
            .reduce(0) { $0 + ($1["backlog"]?["waiting"]?.integer ?? 0) }
        let unsent =
            waiting == 0
            ? []
            : ["           \(waiting) pending in groups, windows or digests: see 'noroshi waiting'"]
        let reasons = held.map { $0.isEmpty ? "" : " (\($0.joined(separator: ", ")))" } ?? ""
        return [
            "accepted   \(status.shown("totals", "accepted")) = \(sum(parts))",
            "due        \(status.shown("totals", "due")) = \(sum(["delivered", "pending", "dead"])) + \(heldCount) held"
                + reasons,
        ] + unsent
            + [
                isBalanced
                    ? colours.paint("           nothing is missing", .green)
                    : colours.paint("           the sums do not agree; please report this", .red),
                "beside     \(status.shown("totals", "redelivered")) redelivered, \(status.shown("quarantined")) quarantined",
                quarantine(status, colours),
            ].compactMap(\.self)
    }
}
