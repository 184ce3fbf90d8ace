import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Store

/// Reads a request's query: asked for each name it may hold, it then refuses everything else.
struct QueryReader: FieldReader {
    private var values: [String: String] = [:]
    private var order: [String] = []
    private var known: [String] = []
    private var problems: [Problem.Item] = []

    /// What one value may weigh; ids and keys are shorter.
    private static let longest = 2_048

    init(_ request: Request) {
        for part in (request.uri.query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = pair[0].percentDecoded(plusIsSpace: true),
                let value = (pair.count > 1 ? pair[1] : "").percentDecoded(plusIsSpace: true)
            else {
                problems.append(Problem.Item(detail: "the query is not percent-encoded UTF-8"))
                continue
            }
            if values.updateValue(value, forKey: name) != nil {
                refuse(name, "stands in the query more than once")
            } else {
                order.append(name)
            }
        }
    }

    mutating func text(_ name: String) -> String? {
        known.append(name)
        guard let value = values[name] else { return nil }
        guard value.isEmpty == false else {
            refuse(name, "expected a value, found none")
            return nil
        }
        guard value.utf8.count <= QueryReader.longest else {
            refuse(name, "expected at most \(QueryReader.longest) bytes")
            return nil
        }
        guard value.utf8.contains(0) == false else {
            refuse(name, FieldRule.noNull)
            return nil
        }
        return value
    }

    /// Names, of which any may hold a comma: a JSON list of them, or one by itself.
    mutating func names(_ name: String) -> Set<String> {
        known.append(name)
        guard let value = values[name] else { return [] }
        guard value.first == "[" else { return value.isEmpty ? [] : [value] }
        do {
            let list = try JSONDocument.parse(Array(value.utf8)).elements
            let names = list.compactMap(\.string)
            if names.count == list.count { return Set(names) }
        } catch {
            // The refusal below says what was expected.
        }
        refuse(name, "expected a name, or a JSON list of names such as [\"one\",\"two\"]")
        return []
    }

    mutating func refuse(_ name: String, _ reason: String) {
        problems.append(Problem.Item(detail: "\(name.prefix(64)): \(reason)"))
    }

    /// The page asked for: `limit`, 1...500, and `cursor`.
    mutating func page() -> Page {
        let limit = word("limit", of: ["1 to 500"]) { text in Int(text).flatMap { (1...500).contains($0) ? $0 : nil } }
        return Page(limit: limit ?? 50, cursor: text("cursor"))
    }

    /// A flag: `true` or `false`, absent means `false`.
    mutating func flag(_ name: String) -> Bool {
        word(name, of: ["true", "false"]) { $0 == "true" ? true : $0 == "false" ? false : nil } ?? false
    }

    /// Several words separated by commas.
    mutating func words<Value: Hashable>(_ name: String, of words: [String], _ read: (String) -> Value?) -> Set<Value>?
    {
        word(name, of: words) { text -> Set<Value>? in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let values = parts.compactMap { read(String($0)) }
            return values.count == parts.count ? Set(values) : nil
        }
    }

    /// Ends the reading.
    ///
    /// - Throws: The 400 answer with everything that was wrong.
    func finish() throws(Problem) {
        var problems = problems
        for name in order where known.contains(name) == false {
            let allowed = known.isEmpty ? "none is taken here" : "allowed are \(known.joined(separator: ", "))"
            problems.append(Problem.Item(detail: "\(quoted(name)) is not a parameter of this path; \(allowed)"))
        }
        guard problems.isEmpty == false else { return }
        throw Problem(.badRequest, detail: "The query cannot be used.", errors: problems)
    }
}
