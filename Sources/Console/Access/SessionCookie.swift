import HTTPSurface
import HTTPTypes

/// The cookie that a session lives in.
///
/// `Lax` and not `Strict`, since people arrive by links in Slack and mail. `__Host-` binds it to the host and to TLS
/// (draft-ietf-httpbis-rfc6265bis, section 4.1.3.2); a browser on the server's own machine may have no TLS.
enum SessionCookie {
    private static let securedName = "__Host-noroshi"
    private static let plainName = "noroshi"

    /// What the request brings, from the cookie of the name that it may have.
    ///
    /// - Parameter head: The request's.
    /// - Returns: `nil` when there is none, or more than one.
    static func value(_ head: HTTPRequest) -> String? {
        let name = name(head)
        var found: [String] = []
        for field in head.headerFields[values: .cookie] {
            for part in field.split(separator: ";") {
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard pair.count == 2, pair[0].drop(while: { $0 == " " }) == name[...] else { continue }
                found.append(String(pair[1]))
            }
        }
        return found.count == 1 ? found[0] : nil
    }

    /// The header that makes the browser keep the value, for as long as it runs.
    static func kept(_ value: String, _ head: HTTPRequest) -> String { "\(name(head))=\(value)\(attributes(head))" }

    /// The header that makes the browser forget it.
    static func ended(_ head: HTTPRequest) -> String { "\(name(head))=; Max-Age=0\(attributes(head))" }

    private static func attributes(_ head: HTTPRequest) -> String {
        "; Path=/; HttpOnly; SameSite=Lax" + (isPlain(head) ? "" : "; Secure")
    }

    private static func name(_ head: HTTPRequest) -> String { isPlain(head) ? plainName : securedName }

    private static func isPlain(_ head: HTTPRequest) -> Bool {
        head.authority.map { LoopbackGate.isLoopback(authority: $0) } ?? false
    }
}
