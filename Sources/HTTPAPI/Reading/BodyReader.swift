import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird

/// Reads a request's body, a JSON object: asked for each key it may hold, it then refuses everything else.
struct BodyReader: FieldReader {
    private let root: JSON?
    private var known: [String] = []
    private var problems: [Problem.Item] = []

    /// What one text may weigh.
    private static let longest = 2_048

    /// - Parameters:
    ///   - request: The request.
    ///   - limit: How large its body may be.
    ///   - isOptional: Whether no body is the same as `{}`.
    ///   - maximumDepth: How many objects and lists may stand inside one another.
    /// - Throws: The 400, 413 or 415 answer when there is no JSON object.
    init(
        _ request: Request,
        limit: BodyLimit,
        isOptional: Bool = false,
        maximumDepth: Int = 16
    ) async throws(Problem) {
        let bytes = try await limit.collect(request)
        if bytes.isEmpty, isOptional {
            root = nil
            return
        }
        // A page of another site can post plain text and forms without asking first, but no JSON (Fetch §2.2.2).
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() }
        if let type, type != "application/json", type.hasSuffix("+json") == false {
            throw Problem(.unsupportedMediaType, detail: "The body must be application/json.")
        }
        guard bytes.isEmpty == false else {
            throw Problem(.badRequest, detail: "The body is empty; send a JSON object, {} for no conditions.")
        }
        do throws(JSONSyntaxError) {
            root = try JSONDocument.parse(bytes, maximumDepth: maximumDepth)
        } catch {
            let item = Problem.Item(detail: error.reason, line: error.position.line, column: error.position.column)
            throw Problem(.badRequest, detail: "The body is not valid JSON.", errors: [item])
        }
        guard root?.kind == .object else {
            let found = root?.kindName ?? "nothing"
            throw Problem(
                .badRequest,
                detail: "The body must be a JSON object.",
                errors: [Problem.Item(detail: "expected an object, found \(found)", pointer: "")]
            )
        }
    }

    mutating func text(_ name: String) -> String? {
        known.append(name)
        guard let value = root?[name] else { return nil }
        guard let text = value.string else {
            refuse(name, "expected a string, found \(value.kindName)")
            return nil
        }
        guard text.isEmpty == false else {
            refuse(name, "expected a text, found an empty one")
            return nil
        }
        guard text.utf8.count <= BodyReader.longest else {
            refuse(name, "expected at most \(BodyReader.longest) bytes")
            return nil
        }
        guard text.utf8.contains(0) == false else {
            refuse(name, FieldRule.noNull)
            return nil
        }
        return text
    }

    /// The value under the name, of whatever kind; whoever asked says what is wrong with it.
    mutating func json(_ name: String) -> JSON? {
        known.append(name)
        return root?[name]
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = json(name) else { return nil }
        if value.bool == nil { refuse(name, "expected true or false, found \(value.kindName)") }
        return value.bool
    }

    /// A whole number that is not negative; `nil` when there is none or when it was refused.
    mutating func count(_ name: String) -> Int? {
        guard let value = json(name) else { return nil }
        guard let number = value.integer, number >= 0 else {
            refuse(name, "expected a whole number, 0 or more")
            return nil
        }
        return number
    }

    /// A list of texts, `nil` when there is none or when it was refused.
    mutating func texts(_ name: String) -> [String]? {
        guard let value = json(name) else { return nil }
        let texts = value.elements.compactMap(\.string)
        guard value.kind == .array, texts.count == value.elements.count else {
            refuse(name, "expected a list of strings, found \(value.kind == .array ? "others in it" : value.kindName)")
            return nil
        }
        return texts
    }

    /// Records that a value that must be given is missing.
    mutating func require(_ name: String, _ expected: String) {
        guard root?[name] == nil else { return }
        problems.append(Problem.Item(detail: "expected \(expected), found nothing", pointer: "/\(name)"))
    }

    mutating func refuse(_ item: Problem.Item) { problems.append(item) }

    mutating func refuse(_ name: String, _ reason: String) {
        problems.append(item(name, reason, root?[name]?.position))
    }

    /// Ends the reading.
    ///
    /// - Throws: The 400 answer with everything that was wrong.
    func finish() throws(Problem) {
        var problems = problems
        var seen: Set<String> = []
        for member in root?.members ?? [] {
            let position = TextPosition(offset: member.keyOffset, in: member.value.document.bytes)
            if seen.insert(member.key).inserted == false {
                problems.append(item(member.key, "the key stands there more than once", position))
            } else if known.contains(member.key) == false {
                let allowed = known.isEmpty ? "none is taken here" : "allowed are \(known.joined(separator: ", "))"
                problems.append(item(member.key, "the key is not known; \(allowed)", position))
            }
        }
        guard problems.isEmpty == false else { return }
        throw Problem(.badRequest, detail: "The body cannot be used.", errors: problems)
    }

    private func item(_ name: String, _ detail: String, _ position: TextPosition?) -> Problem.Item {
        let escaped = name.prefix(64).split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
        return Problem.Item(detail: detail, pointer: "/\(escaped)", line: position?.line, column: position?.column)
    }
}
