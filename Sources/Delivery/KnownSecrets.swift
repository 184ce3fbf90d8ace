import CurlClient
import Routing
import Synchronization

/// What was made of a destination's secrets at its last attempt, for as long as they read the same: to take a URL apart,
/// and to look for all that gives it away, takes longer than to compare it.
final class KnownSecrets: Sendable {
    /// The most that is kept, by count: names of destinations come and go with the rules.
    private static let limit = 256

    private struct Known {
        var url: WebURL
        var others: [Secret]
        var redaction: Redaction
    }

    private let urls = Mutex<[SecretReference: WebURL]>([:])
    private let redactions = Mutex<[String: Known]>([:])

    /// The URL that a reference stands for.
    ///
    /// - Parameters:
    ///   - text: As it was read now.
    ///   - reference: Where it was read.
    /// - Returns: The URL, taken apart.
    /// - Throws: ``WebURLError`` when it is none.
    func url(_ text: String, of reference: SecretReference) throws(WebURLError) -> WebURL {
        if let known = urls.withLock({ $0[reference] }), known.text == text { return known }
        let url = try WebURL(text)
        urls.withLock { urls in
            if urls.count >= KnownSecrets.limit { urls = [:] }
            urls[reference] = url
        }
        return url
    }

    /// What takes a destination's secrets out of a text.
    ///
    /// - Parameters:
    ///   - destination: By name.
    ///   - url: As it was read now.
    ///   - others: The other secrets as they were read now.
    /// - Returns: The redaction of just these.
    func redaction(of destination: String, url: WebURL, others: [Secret]) -> Redaction {
        let known = redactions.withLock { $0[destination] }
        if let known, known.url.text == url.text, known.others == others { return known.redaction }
        let redaction = Redaction(url: url, others: others)
        redactions.withLock { redactions in
            if redactions.count >= KnownSecrets.limit { redactions = [:] }
            redactions[destination] = Known(url: url, others: others, redaction: redaction)
        }
        return redaction
    }
}
