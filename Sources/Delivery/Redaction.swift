import CurlClient
import Routing

/// Takes the secrets of a destination out of text that is kept or logged: a receiver may echo what it was sent.
struct Redaction: Sendable {
    /// Longest first, so that a part never breaks up the whole before it is found.
    private let secrets: [String]

    /// - Parameters:
    ///   - url: The webhook URL: every part after the host is secret.
    ///   - others: Tokens, signing secrets, header values.
    init(url: WebURL? = nil, others: [Secret] = []) {
        var found: Set<String> = Set(others.map(\.exposed))
        for other in others { found.formUnion(other.exposed.split(separator: " ").map(String.init)) }
        if let url {
            found.insert(url.text)
            found.insert(url.path)
            found.formUnion(url.path.split(separator: "/").map(String.init))
            if let query = url.query {
                found.insert(query)
                found.formUnion(
                    query.split(separator: "&").compactMap { $0.split(separator: "=").last.map(String.init) }
                )
            }
        }
        // Shorter parts are words such as `hooks` or `v1`, which give nothing away and occur anywhere.
        secrets = found.filter { $0.utf8.count >= 6 }.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// The text with each secret replaced by `<secret>`.
    func apply(_ text: String) -> String {
        var text = text
        for secret in secrets where text.contains(secret) {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "<secret>")
        }
        return text
    }

    /// The beginning of a reply as it is kept: no secrets, no control characters, at most 1,024 bytes.
    func excerpt(_ body: [UInt8]) -> String {
        // Redacted before it is cut: half a secret is still one.
        let text = ShownText.clean(apply(String(decoding: body.prefix(8192), as: UTF8.self)))
        var kept = ""
        var size = 0
        for scalar in text.unicodeScalars {
            size += UTF8.width(scalar)
            if size > 1024 { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept
    }
}
