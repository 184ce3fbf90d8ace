import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird

/// Entity tags of conditional requests (RFC 9110 §13.1.2).
enum EntityTag {
    /// Answers with a value under its tag.
    ///
    /// - Parameters:
    ///   - tag: Changes with the value; `nil` for one that has none.
    ///   - request: What asks for it.
    ///   - value: Made only for whoever does not know it.
    /// - Returns: The value, or 304 for whoever names its tag in `If-None-Match`.
    /// - Throws: What `value` throws.
    static func answer(
        _ tag: String?,
        to request: Request,
        _ value: () async throws -> JSONValue
    ) async rethrows -> Response {
        var headers: HTTPFields = [.cacheControl: "no-cache"]
        guard let tag else { return JSONAnswer(try await value(), headers: headers).response }
        headers[.eTag] = tag
        if matches(request.headers[values: .ifNoneMatch], tag) {
            return Response(status: .notModified, headers: headers)
        }
        return JSONAnswer(try await value(), headers: headers).response
    }

    /// Whether `If-None-Match` names the tag, by the weak comparison.
    private static func matches(_ fields: [String], _ tag: String) -> Bool {
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
