import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird

/// The fields of a form that was posted (URL Standard, application/x-www-form-urlencoded).
struct Form: Sendable {
    /// The field in which a page's own forms prove that they are.
    static let proofName = "_csrf"
    /// A reason and a few names are short.
    static let short = BodyLimit(bytes: 65_536)
    /// A whole routes.json, of which each byte may be three.
    static let rules = BodyLimit(bytes: 3 * (16 << 20) + 65_536)

    private(set) var fields = FormFields()

    /// - Throws: The 400, 413 or 415 answer when it is not such a form.
    init(_ request: Request, limit: BodyLimit = Form.short) async throws {
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() }
        guard type == nil || type == "application/x-www-form-urlencoded" else {
            throw Problem(.unsupportedMediaType, detail: "The body must be a form.")
        }
        let body = String(decoding: try await limit.collect(request), as: UTF8.self)
        for part in body.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = pair[0].percentDecoded(plusIsSpace: true),
                let value = (pair.count > 1 ? pair[1] : "").percentDecoded(plusIsSpace: true),
                value.utf8.contains(0) == false
            else { throw Problem(.badRequest, detail: "The form is not percent-encoded UTF-8.") }
            fields.append(name, value)
        }
    }

    subscript(name: String) -> String? { fields[name] }
}
