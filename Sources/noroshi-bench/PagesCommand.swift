import ArgumentParser
import Findings
import Foundation
import NIOCore

struct PagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "How long the console's pages take with many rules, and with many findings stored.",
        discussion: """
            A store is filled with findings of the last day that were told; the service is started on it with many rules, \
            and each page is asked for over a connection of its own: the first time, and then several times more. The \
            pages of single findings are of findings from all over the store.
            """
    )

    @Option(help: "The noroshi executable.")
    var binary = ".build/release/noroshi"

    @Option(help: "Findings that were told.")
    var stored = 1_000_000

    @Option(help: "Rules, with a fifth as many destinations and half as many accounts.")
    var rules = 10_000

    @Option(help: "How often each page is asked for after the first time; medians count.")
    var rounds = 11

    func run() async throws {
        let data = FileManager.default.temporaryDirectory.appending(path: "noroshi-bench-\(UUID().uuidString)")
        try await StoredAlerts.fill(data, count: stored, days: 1)
        let sink = try await Sink()
        let noroshi = try await NoroshiProcess.start(
            binary: binary,
            destination: "",
            sinkURL: "http://127.0.0.1:\(sink.port)/hook",
            data: data,
            rules: ManyRules(rules: rules, destinations: rules / 5, accounts: rules / 2).text
        )
        for (name, path) in [
            ("rules", "/rules"), ("rules_last", "/rules?page=\(max(1, rules / 150))"), ("overview", "/"),
            ("findings", "/findings"), ("findings_of_account", "/findings?q=account:111122220007"),
            ("findings_told", "/findings?q=fate:told"), ("findings_failed", "/findings?q=fate:failed"),
            ("findings_of_destination", "/findings?q=destination:sink"),
            ("findings_of_rule", "/findings?q=rule:severe"), ("findings_of_text", "/findings?q=nowhere"),
            ("deliveries", "/deliveries"),
            ("deliveries_of_finding", "/deliveries?q=finding:f7"), ("deliveries_of_rule", "/deliveries?q=rule:severe"),
            ("deliveries_of_other_rule", "/deliveries?q=rule:none"), ("destinations", "/destinations"),
            ("destination", "/destinations/team-7"), ("rule", "/rules/edit/rule%20777"), ("coverage", "/coverage"),
            ("try", "/try?finding=f7"), ("silences", "/silences"), ("versions", "/versions"), ("audit", "/audit"),
        ] { try await measure(name, noroshi) { _ in path } }
        try await measure("finding", noroshi) { round in
            "/findings/f\(String(1 + round * (stored - 1) / (rounds + 1), radix: 16))"
        }
        try noroshi.process.end()
        try await sink.close()
        try FileManager.default.removeItem(at: data)
    }

    private func measure(_ name: String, _ noroshi: NoroshiProcess, _ path: (Int) -> String) async throws {
        var times: [Double] = []
        var bytes = 0
        for round in 0...rounds {
            let page = path(round)
            let result = try await noroshi.get(page)
            guard result.statuses == [200: 1] else {
                throw BenchFailure("GET \(page): \(result.statuses) \(result.lastBody.prefix(500))")
            }
            times.append(result.milliseconds(at: 0))
            bytes = max(bytes, result.lastBody.utf8.count)
        }
        Line.write([
            "bench": "pages", "page": .string(name), "stored": .integer(stored), "rules": .integer(rules),
            "first_ms": Line.figure(times[0]), "ms": Line.figure(Line.median(Array(times.dropFirst()))),
            "kilobytes": .integer(bytes / 1_024),
        ])
    }
}

/// A routes.json of a large organisation.
private struct ManyRules {
    var rules: Int
    var destinations: Int
    var accounts: Int

    /// Ten accounts a group; every rule of another mix of severity, group, Region and product.
    var text: String {
        let groups = max(1, accounts / 10)
        let accountText = (0..<groups).map { group in
            let ids = (0..<10).map { "\"\(100_000_000_000 + group * 10 + $0)\"" }
            return "\"group-\(group)\":[\(ids.joined(separator: ","))]"
        }
        let destinationText = (0..<max(1, destinations)).map {
            #""team-\#($0)":{"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true}"#
        }
        let severities = [#"["HIGH","CRITICAL"]"#, #"["CRITICAL"]"#, #"["MEDIUM"]"#]
        let ruleText = (0..<rules).map { number in
            var when = [#""severity":\#(severities[number % 3])"#, #""account":["@group-\#(number * 7 % groups)"]"#]
            if number % 4 == 0 { when.append(#""region":["eu-west-1"]"#) }
            if number % 5 == 0 { when.append(#""product":["GuardDuty"]"#) }
            let team = number * 13 % max(1, destinations)
            return #"{"name":"rule \#(number)","when":{\#(when.joined(separator: ","))},"send":["team-\#(team)"]}"#
        }
        return """
            {"version":1,"accounts":{\(accountText.joined(separator: ",\n"))},
            "destinations":{\(destinationText.joined(separator: ",\n"))},
            "rules":[\(ruleText.joined(separator: ",\n"))],"fallback":{"send":["team-0"]}}
            """
    }
}
