import Findings
import FoundationEssentials
import HTTPSurface
import Hummingbird
import Operations
import Store
import Triage

extension APIRoutes {
    /// How often the rules in force were of weight, by day.
    func ruleCounts(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let since = query.date("since")
        let page = query.page()
        try query.finish()
        let (counts, version, begin) = try await operations.statistics.ruleCounts(since: since, page: page)
        return JSONAnswer([
            "version": .integer(version),
            "since": .string(begin.iso8601),
            "items": .array(counts.items.map(\.json)),
            "next": JSONValue(counts.next),
        ])
    }
}

extension RuleUse {
    fileprivate var json: JSONValue {
        .object([.init("rule", .string(rule))] + total.members + [.init("days", .array(days.map(\.json)))])
    }
}

extension RuleDay {
    fileprivate var json: JSONValue {
        .object([.init("day", .string(String(begin.iso8601.prefix(10))))] + counts.members)
    }
}

extension RuleCounts {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("matched", .integer(matched)), .init("ended", .integer(ended)), .init("first", .integer(first)),
        ]
    }
}
