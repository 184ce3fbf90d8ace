import HTTPSurface
import HTTPTypes
import Routing

/// Whether a request that changes something comes from a page of this console.
enum FormOrigin {
    /// Why it is not taken for one of ours; `nil` when it is.
    ///
    /// - Parameter head: The request's. A browser says with `Sec-Fetch-Site` whose page asks (Fetch Metadata Request Headers
    ///   §2.4), and an older one with `Origin`.
    /// - Returns: The 403 answer.
    static func refusal(_ head: HTTPRequest) -> Problem? {
        if let site = head.headerFields[.secFetchSite] {
            return site == "same-origin" ? nil : foreign("Sec-Fetch-Site: \(site)")
        }
        guard let origin = head.headerFields[.origin] else {
            return foreign("neither Sec-Fetch-Site nor Origin is sent")
        }
        let host = origin.firstRange(of: "://").map { origin[$0.upperBound...] }
        guard let host, let authority = head.authority, host.lowercased() == authority.lowercased() else {
            return foreign("Origin: \(origin)")
        }
        return nil
    }

    private static func foreign(_ sign: String) -> Problem {
        Problem(
            .forbidden,
            detail: """
                The request does not come from a page of this console (\(EscapedText.visible(sign, limit: 128))), and \
                only those may change anything. Open the page again and repeat what you did there.
                """
        )
    }
}
