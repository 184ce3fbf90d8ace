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

extension APIRoutes {
    /// What became of observations, by time and by what is asked for.
    func stats(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let since = query.date("since")
        let part = query.word("by", of: APIRoutes.parts.map(\.word)) { word in
            APIRoutes.parts.first { $0.word == word }?.part
        }
        try query.finish()
        return JSONAnswer(try await operations.statistics.fates(by: part ?? .all, since: since).json)
    }

    fileprivate static let parts: [(word: String, part: CountedPart)] = [
        ("source", .source), ("account", .account), ("destination", .destination),
    ]
}

extension APIRoutes {
    /// The accounts with the most severe open findings.
    func openAccounts(_ request: Request) async throws -> JSONAnswer {
        let query = QueryReader(request)
        try query.finish()
        let open = try await operations.statistics.openAccounts()
        return JSONAnswer(["items": .array(open.accounts.map(\.json)), "others": .integer(open.others)])
    }
}

extension OpenAccounts.Account {
    fileprivate var json: JSONValue {
        let severities = Severity.allCases.reversed().map { severity in
            JSONValue.Member(severity.label.lowercased(), .integer(counts[severity] ?? 0))
        }
        return [
            "account": JSONValue(account),
            "name": JSONValue(name),
            "severities": .object(severities),
            "open": .integer(total),
            "change": .integer(change),
        ]
    }
}

extension FateStatistics {
    fileprivate var json: JSONValue {
        [
            "since": .string(since.iso8601),
            "until": .string(until.iso8601),
            "by": JSONValue(APIRoutes.parts.first { $0.part == part }?.word),
            "bucket": .string(bucketHours == 1 ? "hour" : "day"),
            "countedFrom": JSONValue(report.countedFrom?.iso8601),
            "isExact": .bool(isExact),
            "accepted": .integer(accepted),
            "waiting": .integer(waiting),
            "setAside": .integer(setAside),
            "total": .object(total.members),
            "items": .array(report.parts.map(json)),
            "others": report.others.map(json) ?? .null,
        ]
    }

    private func json(_ one: FateReport.Part) -> JSONValue {
        let buckets = one.buckets.sorted { $0.key < $1.key }.map { bucket, fates -> JSONValue in
            let at = Date(timeIntervalSince1970: Double(bucket * bucketHours) * 3_600)
            return .object([.init("at", .string(at.iso8601))] + fates.members)
        }
        let name = part == .all ? nil : one.name
        return .object([.init("name", JSONValue(name))] + one.total.members + [.init("buckets", .array(buckets))])
    }
}

extension Fates {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("applied", .integer(applied)), .init("delivered", .integer(delivered)),
            .init("pending", .integer(pending)), .init("held", .integer(held)),
            .init("suppressed", .integer(suppressed)), .init("unrouted", .integer(unrouted)),
            .init("dead", .integer(dead)),
        ]
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
