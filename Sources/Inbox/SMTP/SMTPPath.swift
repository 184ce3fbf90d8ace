/// The argument of MAIL and RCPT: `FROM:<a@example.com> SIZE=100` (RFC 5321 §4.1.2).
struct SMTPPath: Sendable, Hashable {
    /// Without the angle brackets and without a source route.
    var address: String
    var parameters: [String]

    /// Reads the argument; `nil` when it is none.
    init?(_ argument: String, keyword: String) {
        guard argument.uppercased().hasPrefix(keyword) else { return nil }
        let rest = argument.dropFirst(keyword.count).drop { $0 == " " }
        guard rest.first == "<", let close = rest.firstIndex(of: ">") else { return nil }
        var path = rest[rest.index(after: rest.startIndex)..<close]
        // RFC 5321 §4.1.1.3: a source route is taken and ignored.
        if path.first == "@", let colon = path.firstIndex(of: ":") { path = path[path.index(after: colon)...] }
        guard path.utf8.count <= 320, !path.contains(where: { $0 == "<" || $0.isWhitespace }) else { return nil }
        let tail = rest[rest.index(after: close)...]
        guard tail.isEmpty || tail.first == " " else { return nil }
        address = String(path)
        parameters = tail.split(separator: " ").map(String.init)
    }
}
