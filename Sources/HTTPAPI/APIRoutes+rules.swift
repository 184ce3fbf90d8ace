import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Store

extension APIRoutes {
    /// The rules in force with their text; the entity tag is their hash (RFC 9110 §8.8.3).
    func activeRoutes(_ request: Request) async throws -> Response {
        try QueryReader(request).finish()
        guard let (revision, text) = try await operations.rules.active() else {
            throw Problem(.notFound, detail: "No rules have been activated yet.")
        }
        return try versioned(["revision": revision.json, "document": document(text)], revision, request)
    }

    func versions(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let page = query.page()
        try query.finish()
        let found = try await operations.rules.versions(page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func version(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        try QueryReader(request).finish()
        guard let version = Int(try parameter("version", context)), version > 0,
            let (revision, text) = try await operations.rules.version(version)
        else {
            throw Problem(
                .notFound,
                detail: "There is no version of the rules with this number, or its text is not kept any more."
            )
        }
        return try versioned(["revision": revision.json, "document": document(text)], revision, request)
    }

    /// Reads routes.json again. A bad file changes nothing and is answered with everything that is wrong in it.
    func reload(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        switch await operations.rules.reload(by: author(context)) {
        case .activated(let revision): return JSONAnswer(["changed": true, "revision": revision.json])
        case .unchanged(let revision): return JSONAnswer(["changed": false, "revision": revision.json])
        case .refused(let problems):
            throw Problem(
                .unprocessableContent,
                title: "The rules were refused",
                detail: "routes.json cannot be used as it is; the earlier rules stay in force.",
                errors: problems.map { Problem.Item(detail: $0) }
            )
        }
    }

    /// The text as JSON; a text that was activated is valid JSON, so that only a damaged store answers otherwise.
    private func document(_ text: [UInt8]) throws -> JSONValue { .raw(try JSONDocument.parse(text).text) }

    private func versioned(_ value: JSONValue, _ revision: RouteRevision, _ request: Request) throws -> Response {
        let tag = revision.entityTag
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "no-cache"]
        if EntityTag.matches(request.headers[values: .ifNoneMatch], tag) {
            return Response(status: .notModified, headers: headers)
        }
        return JSONAnswer(value, headers: headers).response
    }
}

extension RouteRevision {
    /// Versions of one text differ in number and date, so that the hash alone would not tell their answers apart.
    var entityTag: String { "\"\(version)-\(hash)\"" }
}

/// Entity tags of conditional requests (RFC 9110 §13.1.2).
enum EntityTag {
    /// Whether `If-None-Match` names the tag, by the weak comparison.
    static func matches(_ fields: [String], _ tag: String) -> Bool {
        fields.flatMap { $0.split(separator: ",") }.contains { element in
            let element = String(element.filter { $0 != " " && $0 != "\t" })
            return element == "*" || element == tag || element == "W/\(tag)"
        }
    }

    /// What `If-Match` asks for, by the strong comparison (RFC 9110 §13.1.1).
    ///
    /// - Throws: The 428 answer when the request does not say which version it means (RFC 6585 §3).
    static func expected(_ request: Request) throws(Problem) -> @Sendable (String) -> Bool {
        let tags = Set(
            request.headers[values: .ifMatch].flatMap { $0.split(separator: ",") }
                .map { String($0.filter { $0 != " " && $0 != "\t" }) }
        )
        guard tags.isEmpty == false else {
            throw Problem(
                HTTPResponse.Status(code: 428, reasonPhrase: "Precondition Required"),
                detail: "Say with If-Match which version is meant: the ETag of the answer that showed it."
            )
        }
        return { tags.contains("*") || tags.contains($0) }
    }
}
