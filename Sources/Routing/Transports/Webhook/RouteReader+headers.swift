import Findings

extension RouteReader {
    /// Header fields that Noroshi or HTTP itself sets.
    private static let ownHeaders: Set<String> = [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "webhook-id",
        "webhook-timestamp", "webhook-signature",
    ]

    /// Header fields whose value is a secret by its nature.
    private static let secretHeaders: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token",
    ]

    /// Reads the headers of a webhook. Values are not repeated in messages: they may be secrets.
    mutating func headers(_ node: Node) -> [WebhookSettings.Header] {
        guard let entries = entries(of: node, "\"headers\"") else { return [] }
        var names: Set<String> = []
        return entries.compactMap { entry in
            let name = entry.key.lowercased()
            guard isHeaderName(entry, in: node) else { return nil }
            guard names.insert(name).inserted else {
                note(.error, at: entry.keyOffset, entry.node.pointer, "the header \(entry.key) is given twice")
                return nil
            }
            guard RouteReader.ownHeaders.contains(name) == false else {
                note(
                    .error,
                    at: entry.keyOffset,
                    entry.node.pointer,
                    "the header \(entry.key) is set by Noroshi itself"
                )
                return nil
            }
            if entry.node.json.kind == .string, RouteReader.secretHeaders.contains(name) == false {
                return headerText(entry).map { WebhookSettings.Header(name: entry.key, value: .literal($0)) }
            }
            guard entry.node.json.kind == .object || RouteReader.secretHeaders.contains(name) else {
                let found = entry.node.json.kindName
                error(
                    entry.node,
                    "the header \(entry.key) must be a string or where a secret is read from, found \(found)"
                )
                return nil
            }
            return secret(entry.node, "the header \(entry.key)")
                .map { WebhookSettings.Header(name: entry.key, value: .secret($0)) }
        }
    }

    /// A token of RFC 9110 §5.6.2. Whoever writes a whole line of a header for its name writes its value with it, so that
    /// neither the name nor a pointer with it is repeated.
    private mutating func isHeaderName(_ entry: Entry, in headers: Node) -> Bool {
        func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
            guard scalar.isASCII, let byte = String(scalar).utf8.first else { return false }
            return MailAddress.isLetterOrDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
        let wrong = entry.key.unicodeScalars.first { isAllowed($0) == false }
        guard entry.key.isEmpty || wrong != nil else { return true }
        let found = wrong.map { RouteReader.quoted(String($0)) } ?? "none"
        note(
            .error,
            at: entry.keyOffset,
            headers.pointer,
            "the name of a header must be letters, digits and hyphens, found \(found)"
        )
        return false
    }

    /// A header value of printable ASCII and tabs (RFC 9110 §5.5).
    private mutating func headerText(_ entry: Entry) -> String? {
        let text = entry.node.json.string ?? ""
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
            error(entry.node, "the header \(entry.key) must not contain line breaks, control or non-ASCII characters")
            return nil
        }
        return text
    }
}
