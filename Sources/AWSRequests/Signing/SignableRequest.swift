/// A request as far as a signature covers it.
package struct SignableRequest: Sendable {
    package var method: String
    /// As it stands in the request line, with the leading `/`, percent-encoded where it has to be.
    package var path: String
    /// As it stands in the request line, without the `?`; empty when there is none.
    package var query: String
    /// `Host` among them, with the port unless it is that of the scheme.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(
        method: String = "POST",
        path: String = "/",
        query: String = "",
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first header of this name, in whatever case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    mutating func set(_ name: String, _ value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append((name, value))
    }
}
