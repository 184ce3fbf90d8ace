import CCurl

/// An http or https URL, read by libcurl's own parser, so that what is judged is what is fetched.
///
/// Prints as scheme and host only: the rest of a webhook URL is a secret.
package struct WebURL: Sendable, Hashable {
    /// As given.
    package let text: String
    /// `http` or `https`.
    package let scheme: String
    /// In lower case; numeric hosts in canonical form, IPv6 addresses without brackets.
    package let host: String
    /// Explicit or the scheme's own.
    package let port: Int
    /// With the leading `/`.
    package let path: String
    /// Without the `?`; `nil` when there is none.
    package let query: String?
    /// What stands before the `@`, decoded; libcurl sends both as Basic authentication. `nil` when there is none.
    package let user: String?
    package let password: String?
    /// The same as it stands in the URL.
    package let writtenLogin: String?

    /// - Throws: ``WebURLError`` saying what is wrong, without repeating the URL.
    package init(_ text: String) throws(WebURLError) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw WebURLError("holds spaces or control characters")
        }
        guard let handle = curl_url() else { throw WebURLError("cannot be read: out of memory") }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK else { throw WebURLError("is not a URL") }
        func part(_ what: CURLUPart, _ flags: UInt32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, what, &value, flags) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        guard let scheme = part(CURLUPART_SCHEME), scheme == "http" || scheme == "https" else {
            throw WebURLError("is not an http or https URL")
        }
        guard let host = part(CURLUPART_HOST), host.isEmpty == false else { throw WebURLError("names no host") }
        guard let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap(Int.init), (1...65_535) ~= port else {
            throw WebURLError("has a port that is not a number from 1 to 65535")
        }
        self.text = text
        self.scheme = scheme
        self.host = host.lowercased().filter { $0 != "[" && $0 != "]" }
        self.port = port
        path = part(CURLUPART_PATH) ?? "/"
        query = part(CURLUPART_QUERY)
        user = part(CURLUPART_USER, UInt32(CURLU_URLDECODE))
        password = part(CURLUPART_PASSWORD, UInt32(CURLU_URLDECODE))
        writtenLogin = part(CURLUPART_USER).map { "\($0):\(part(CURLUPART_PASSWORD) ?? "")" }
    }
}

extension WebURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)/…" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text cannot be used as a URL; the text itself is left out, since webhook URLs are secrets.
package struct WebURLError: Error, Hashable, CustomStringConvertible {
    package var reason: String

    init(_ reason: String) { self.reason = reason }

    package var description: String { "the URL \(reason)" }
}
