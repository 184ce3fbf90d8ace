import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Routing
import Operations
import Store
import Triage

extension APIRoutes {
    /// What waits to be told, until when, and how much of it.
    func waiting(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let filter = WaitingFilter(
            kind: query.word("kind", of: WaitingNews.Kind.allCases.map(\.rawValue)) { WaitingNews.Kind(rawValue: $0) },
            destination: query.text("destination"),
            rule: query.text("rule")
        )
        let page = query.page()
        try query.finish()
        let found = try await reading { try await roles.evidence.waiting(filter, page: page) }
        if found.items.isEmpty { try requireKnown(rule: filter.rule, destination: filter.destination) }
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    /// Refuses names that the rules in force do not hold, for a question that found nothing: it may be a slip of the pen.
    ///
    /// - Throws: The 404 answer, with the nearest name.
    func requireKnown(rule: String? = nil, destination: String? = nil) throws(Problem) {
        let document = roles.routes.table.document
        let questions = [
            ("rule", rule, document.rules.map(\.name)),
            ("destination", destination, document.destinations.map(\.name)),
        ]
        for case (let noun, let name?, let names) in questions where names.contains(name) == false {
            let advice =
                NearestWord.of(name, among: names).map { "; did you mean \(quote($0))?" }
                ?? (names.isEmpty ? "; there are none" : "; there are \(names.map(quote).joined(separator: ", "))")
            throw Problem(
                .notFound,
                detail: "The rules in force have no \(noun) \(quote(name)), and nothing of an earlier one is here"
                    + advice
            )
        }
    }

    /// The id that is meant by one, or by the beginning or the end of one.
    ///
    /// - Parameters:
    ///   - text: What somebody typed.
    ///   - noun: What ids are of, in the plural.
    ///   - like: Gives the ids that fit, no more than a limit.
    /// - Returns: The only one that fits; the text as it is when none does.
    /// - Throws: The 409 answer that names those that fit.
    func resolved(
        _ text: String,
        _ noun: String,
        like: (String, Int) async throws -> [String]
    ) async throws -> String {
        let ids = try await like(text, 6)
        guard ids.count > 1, ids.contains(text) == false else { return ids.first ?? text }
        let shown = ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? " and more" : "")
        throw Problem(.conflict, detail: "Several \(noun) could be meant by \(quote(text)): \(shown). Give more of it.")
    }

    private func quote(_ name: String) -> String { JSONValue.string(ShownText.visible(name)).text }
}

extension WaitingNews {
    var json: JSONValue {
        [
            "kind": .string(kind.rawValue),
            "destination": .string(destination),
            "rules": .array(rules.map { .string($0) }),
            "group": .array(labels.map { ["name": .string($0.name), "value": .string($0.value)] }),
            "reason": JSONValue(reason),
            "silence": JSONValue(silence),
            "due": JSONValue(dueAt?.iso8601),
            "since": .string(since.iso8601),
            "count": .integer(count),
            "severity": .string(severity.label),
        ]
    }
}
