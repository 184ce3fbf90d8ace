import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

/// What a replay says of other rules, beside a service that ran them on the same findings.
@Suite("A replay beside a second service")
struct ReplayProcessTests {
    private static let destinations = ["secops", "payments", "platform", "rest"]

    private static func routes(_ url: String, _ rules: String) -> String {
        let sinks = destinations.map { name in
            #""\#(name)":{"type":"webhook","url":{"env":"\#(name.uppercased())"},"allowPrivate":true,"rate":"1000/s"}"#
        }
        return """
            {"version":1,"accounts":{"pay":["111111111111","222222222222"]},
             "destinations":{\(sinks.joined(separator: ","))},\(rules)}
            """
    }

    private static let before = """
        "rules":[
          {"name":"high","when":{"severity":">=high"},"send":["secops"]},
          {"name":"pay","when":{"account":"@pay"},"send":["payments"]}],
        "fallback":{"send":["rest"]}
        """

    /// Told elsewhere, grouped, suppressed, ended by an earlier rule, and not at all.
    private static let after = """
        "rules":[
          {"name":"low","when":{"severity":"low","region":["eu-west-1"]},"suppress":"known"},
          {"name":"pay","when":{"account":"@pay"},"send":["payments"],
           "group":{"by":["account"],"wait":"10s","interval":"10s"},"notify":["opened"]},
          {"name":"critical","when":{"severity":"critical"},"send":["secops","platform"],"stop":true},
          {"name":"high","when":{"severity":"high","not":{"account":"@pay"}},"send":["platform"]}]
        """

    /// A finding that is seen three times, in one of four accounts and two Regions, each time as severe or more.
    private static func event(_ number: Int, step: Int) -> String {
        let severities = [[2.0, 2.0, 5.0], [5.0, 8.0, 8.0], [8.0, 8.0, 9.5], [9.5, 9.5, 9.5]][number % 4]
        let account = String(repeating: "\(number / 4 % 4 + 1)", count: 12)
        let region = number.isMultiple(of: 3) ? "eu-west-1" : "us-east-1"
        return Sample.guardDuty(number, severity: severities[step], title: "finding-\(number)- seen")
            .replacingOccurrences(of: "event-a-\(number)\"", with: "event-a-\(number)-\(step)\"")
            .replacingOccurrences(of: "111122223333", with: account)
            .replacingOccurrences(of: "eu-west-1", with: region)
            .replacingOccurrences(of: "2026-11-02T09:59:31", with: "2026-11-02T10:0\(step):31")
    }

    /// What one service told its destinations.
    private struct Told {
        var findings: [String: Set<Int>] = [:]
        var messages: [String: Int] = [:]

        /// From what came in at the paths of one service.
        init(_ received: [Receiver.Received], _ prefix: String) {
            for message in received where message.path.hasPrefix("/\(prefix)/") {
                let destination = String(message.path.dropFirst(prefix.count + 2))
                messages[destination, default: 0] += 1
                for match in message.body.matches(of: /finding-(\d+)-/) {
                    if let number = Int(match.output.1) { findings[destination, default: []].insert(number) }
                }
            }
        }
    }

    @Test(
        "the same rules change nothing; other rules gain and lose at each destination what a service with them told, message for message",
        .timeLimit(.minutes(10))
    )
    func truth() async throws {
        let (old, new) = (Self.before, Self.after)
        try await Receiver.run { receiver, url in
            func server(_ name: String, _ rules: String) throws -> ServerProcess {
                let secrets = Self.destinations.map { ($0.uppercased(), "\(url)/\(name)/\($0)") }
                return try ServerProcess(
                    routes: Self.routes(url, rules),
                    environment: Dictionary(uniqueKeysWithValues: secrets)
                )
            }
            let (first, second) = (try server("a", old), try server("b", new))
            try await first.start()
            try await second.start()
            for step in 0..<3 {
                for number in 0..<80 {
                    let event = Self.event(number, step: step)
                    #expect(try await first.post(event) == 200)
                    #expect(try await second.post(event) == 200)
                }
                // Groups are sent before the next step, so that none is sent at the very moment of an observation.
                _ = try await first.settle()
                _ = try await second.settle()
            }
            let totals = try await second.settle()
            #expect(totals["dead"]?.integer == 0 && totals["suppressed"]?.integer ?? 0 > 0, "\(totals.text)")
            let told = (before: Told(receiver.messages, "a"), after: Told(receiver.messages, "b"))

            let counted = (before: try await Self.matches(first), after: try await Self.matches(second))
            let same = try await Self.replay(Self.routes(url, old), on: first)
            for kind in same["classes"]?.elements ?? [] where kind["class"]?.string != "unchanged" {
                #expect(kind["findings"]?.integer == 0, "\(kind.text)")
            }
            let changed = try await Self.replay(Self.routes(url, new), on: first)
            for (answer, after) in [(same, told.before), (changed, told.after)] {
                try Self.compare(answer, before: told.before, after: after)
            }
            for rule in changed["rules"]?.elements ?? [] {
                let name = try #require(rule["rule"]?.string)
                #expect(rule["before"]?.integer == counted.before[name] ?? 0, "\(name)")
                #expect(rule["after"]?.integer == counted.after[name] ?? 0, "\(name)")
            }
            #expect(await first.terminate() == 0)
            #expect(await second.terminate() == 0)
        }
    }

    private static func compare(_ answer: JSON, before: Told, after: Told) throws {
        let (effects, messages) = (answer["destinations"], answer["messages"]?["destinations"])
        func part(_ list: JSON?, _ name: String) -> JSON? {
            list?.elements.first { $0["destination"]?.string == name }
        }
        for name in destinations {
            let (had, has) = (before.findings[name] ?? [], after.findings[name] ?? [])
            let effect = part(effects, name)
            let (gained, lost) = (effect?["findingsGained"]?.integer ?? 0, effect?["findingsLost"]?.integer ?? 0)
            // One that is told later, when it has become worse, counts as lost where it was told before.
            #expect(gained == has.subtracting(had).count, "\(name): \(answer.text)")
            #expect(lost >= had.subtracting(has).count && lost <= had.count, "\(name): \(answer.text)")
            let counts = part(messages, name)?["messages"]
            for (side, told) in [("before", before), ("after", after)] {
                let (said, sent) = (Int(counts?[side]?.integer ?? 0), told.messages[name] ?? 0)
                let listed = (told.findings[name] ?? []).sorted()
                #expect(abs(said - sent) * 100 <= sent, "\(name), \(side): \(said) said, \(sent) sent of \(listed)")
            }
        }
        #expect(before.messages.values.reduce(0, +) > 150)
    }

    /// How often each rule has matched at a service.
    private static func matches(_ server: ServerProcess) async throws -> [String: Int] {
        let counts = try await server.get("/api/v1/rules/counts")
        return (counts["items"]?.elements ?? []).reduce(into: [:]) { found, rule in
            guard let name = rule["rule"]?.string else { return }
            found[name] = Int(rule["matched"]?.integer ?? -1)
        }
    }

    /// What a service says of other rules for what it has observed.
    private static func replay(_ text: String, on server: ServerProcess) async throws -> JSON {
        let question = #"{"text":\#(JSONValue.string(text).text),"depth":"messages"}"#
        let response = try await server.request("POST", "/api/v1/replays", body: question)
        let begun = try JSONDocument.parse(response.body)
        let id = try #require(begun["id"]?.string, "\(begun.text)")
        while true {
            let replay = try await server.get("/api/v1/replays/\(id)")
            if let result = replay["result"], result.kind != .null { return result }
            try #require(replay["failure"]?.kind == .null, "\(replay.text)")
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
    }
}
