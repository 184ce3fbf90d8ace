import CurlClient

/// Where people reach the console, as messages name it: what stands before `/findings/…`.
package struct PublicAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at its end.
    package let description: String

    /// It stands in a message once for each alert, and messages are bounded.
    private static let longest = 200
    /// What the address of a finding takes at most, as ``ShownLink`` counts it.
    static let longestLink = 240

    /// Reads the address that an operator gave.
    ///
    /// - Parameter text: `https://noroshi.example.com`, or with a path in front of all pages.
    /// - Throws: ``PublicAddressError``, which says what is wrong.
    package init(_ text: String) throws(PublicAddressError) {
        guard text.utf8.count <= PublicAddress.longest else {
            throw PublicAddressError("has more than \(PublicAddress.longest) bytes")
        }
        guard text.contains("?") == false, text.contains("#") == false else {
            throw PublicAddressError("holds a query or a fragment, behind which no page can be named")
        }
        let url: WebURL
        do throws(WebURLError) {
            url = try WebURL(text)
        } catch {
            throw PublicAddressError(error.reason)
        }
        guard url.user == nil, url.password == nil, text.contains("@") == false else {
            throw PublicAddressError("holds user information, which everybody who gets a message would read")
        }
        var base = text[...]
        while base.last == "/" { base.removeLast() }
        let page = "\(base)/findings/f0"
        guard let link = ShownLink(page, limit: PublicAddress.longestLink - 16), link.url == page else {
            throw PublicAddressError("begins with http:// or https:// and a name, and holds no signs to be encoded")
        }
        description = String(base)
    }

    /// The page that tells who was told of a finding, and why.
    ///
    /// - Parameter id: The finding's record id, `nil` where it is not known.
    /// - Returns: `nil` when there is nothing to lead to.
    func finding(_ id: String?) -> ShownLink? {
        id.flatMap { ShownLink("\(description)/findings/\($0)", limit: PublicAddress.longestLink) }
    }
}

/// Why a text is not the public address of a server.
package struct PublicAddressError: Error, Hashable, CustomStringConvertible {
    package var reason: String

    init(_ reason: String) { self.reason = reason }

    package var description: String { "the address \(reason)" }
}
