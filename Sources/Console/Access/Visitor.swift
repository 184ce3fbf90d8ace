import HTTPSurface

/// Who looks at the console, and how their forms show that they come from its own pages.
struct Visitor: Sendable {
    enum Proof: Sendable, Hashable {
        /// No token is configured: whoever is on this machine.
        case loopback
        /// A session, which can be ended.
        case session
        /// A token in the request itself, as a script has it.
        case token
        /// The proxy in front names them with each request.
        case proxy
    }

    var caller: Caller
    var proof: Proof
    /// What a form has to carry, since a browser sends its cookie along with the forms of other pages, too.
    var formToken: String
    /// The handle of their session; `nil` when they have none.
    var session: String?
    /// Whether the console changes nothing, whoever they are.
    var isReadOnly = false
    /// How they want the pages to look.
    var look = Look()

    /// The name without what all names of its kind begin or end with: `siem` for `token.siem`, `ana` for `ana@proxy`.
    var shownName: String {
        if proof == .proxy { return String(caller.name.dropLast(ProxySignIn.suffix.count)) }
        return caller.name.hasPrefix("token.") ? String(caller.name.dropFirst("token.".count)) : caller.name
    }

    func may(_ deed: Deed) -> Bool { caller.may(deed) && (deed == .read || isReadOnly == false) }
}
