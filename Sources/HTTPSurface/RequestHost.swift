import NIOHTTP1

/// For whom a request is, when its head says it in several ways.
enum RequestHost {
    /// Makes one `Host` of all that a head says: further headers of the name, and the authority of an absolute target
    /// (RFC 9112 §3.2.2). Where they differ the header names all of them, which is nobody's name.
    ///
    /// What stands further in knows the first header only.
    static func unite(_ head: inout HTTPRequestHead) {
        let given = head.headers["Host"]
        let target = authority(of: head.uri)
        guard given.count > 1 || target != nil else { return }
        var hosts = given
        if let target, given.count != 1 || given.first?.lowercased() != target.lowercased() { hosts.append(target) }
        head.headers.replaceOrAdd(name: "Host", value: hosts.joined(separator: ", "))
    }

    /// The authority of `SCHEME://AUTHORITY/…`; `nil` for every other form of target.
    private static func authority(of uri: String) -> String? {
        guard uri.utf8.first != UInt8(ascii: "/"), let mark = uri.firstRange(of: "://") else { return nil }
        return String(uri[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }
}
