import HTTPSurface
import HTTPTypes

/// How somebody wants the console to look; kept in a cookie of their browser, so that the server writes it into the page and
/// nothing flashes.
struct Look: Sendable, Hashable {
    enum Theme: String, Sendable, Hashable, CaseIterable {
        /// What the browser prefers.
        case auto, light, dark
    }

    var theme = Theme.auto
    /// Whether second lines are left out of lists.
    var isCompact = false
    /// Whether keys lead through the pages.
    var hasKeys = true

    private static let cookieName = "noroshi-look"

    init() {}

    /// Reads the cookie; what it does not say, or says wrongly, is as it is without one.
    init(_ head: HTTPRequest) {
        let words =
            head.headerFields[values: .cookie].flatMap { $0.split(separator: ";") }
            .compactMap { pair -> Substring? in
                let pair = pair.drop { $0 == " " }
                guard pair.hasPrefix("\(Look.cookieName)=") else { return nil }
                return pair.dropFirst(Look.cookieName.count + 1)
            }
            .first?.split(separator: "-").map(String.init) ?? []
        theme = words.compactMap(Theme.init).first ?? .auto
        isCompact = words.contains("compact")
        hasKeys = words.contains("nokeys") == false
    }

    /// Reads the form that sets it; a box that is not ticked is not sent.
    init(_ form: Form) {
        theme = form["theme"].flatMap(Theme.init) ?? .auto
        isCompact = form["compact"] != nil
        hasKeys = form["keys"] != nil
    }

    /// The header that makes the browser keep it for a year.
    func cookie(_ head: HTTPRequest) -> String {
        let words = [theme.rawValue] + (isCompact ? ["compact"] : []) + (hasKeys ? [] : ["nokeys"])
        let secure = head.authority.map { LoopbackGate.isLoopback(authority: $0) } ?? false ? "" : "; Secure"
        let value = words.joined(separator: "-")
        return "\(Look.cookieName)=\(value); Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax\(secure)"
    }

    /// What `<html>` says of it.
    var attributes: HTML {
        let theme: HTML = theme == .auto ? "" : #" data-theme="\#(theme.rawValue)""#
        let rows: HTML = isCompact ? #" data-rows="compact""# : ""
        return "\(theme)\(rows)"
    }
}
