import CurlClient
import Findings
import Routing

/// Asks a running server over its HTTP API.
struct ServerConnection: Sendable {
    private let client = HTTPClient()
    private let base: String
    /// The same without a name and a password, for people.
    private let shown: String
    private let token: Secret?

    /// A page of 500 findings with long texts; more than this is no answer to a person.
    private static let replyLimit = 64 << 20

    /// - Parameters:
    ///   - url: Of the server, with or without a path in front of `/api/v1`.
    ///   - token: What lets us in.
    /// - Throws: ``ServerFailure`` when the URL is none.
    init(url: String, token: Secret?) throws(ServerFailure) {
        let parsed: WebURL
        do throws(WebURLError) {
            parsed = try WebURL(url)
        } catch {
            throw .misused(
                "the server's URL (--server or NOROSHI_SERVER): \(error); write it like http://127.0.0.1:8080"
            )
        }
        guard parsed.query == nil else {
            throw .misused("the server's URL (--server or NOROSHI_SERVER) must not hold a query")
        }
        base = String(url.reversed().drop { $0 == "/" }.reversed())
        let host = parsed.host.contains(":") ? "[\(parsed.host)]" : parsed.host
        let path = String(parsed.path.reversed().drop { $0 == "/" }.reversed())
        shown = base.contains("@") ? "\(parsed.scheme)://\(host):\(parsed.port)\(path)" : base
        self.token = token
    }

    func get(_ path: String, _ query: [(String, String?)] = []) async throws(ServerFailure) -> JSON {
        try await perform("GET", path, query, body: nil).value
    }

    func post(
        _ path: String,
        _ query: [(String, String?)] = [],
        body: JSONValue? = nil
    ) async throws(ServerFailure) -> JSON {
        try await perform("POST", path, query, body: body?.bytes).value
    }

    /// Posts bytes as they are, whatever they hold.
    func post(
        _ path: String,
        _ query: [(String, String?)],
        bytes: [UInt8]
    ) async throws(ServerFailure) -> JSON {
        try await perform("POST", path, query, body: bytes).value
    }

    /// What a resource is, and the entity tag by which to change exactly that.
    func getVersion(_ path: String) async throws(ServerFailure) -> (value: JSON, tag: String) {
        let (value, tag) = try await perform("GET", path, [], body: nil)
        return (value, tag ?? "*")
    }

    /// What the server answers, byte for byte, where that is a file.
    func getBytes(_ path: String) async throws(ServerFailure) -> [UInt8] {
        try await exchange("GET", path, [], accept: "*/*", body: nil).body
    }

    /// Changes a resource, unless it has changed since it was read.
    ///
    /// - Parameters:
    ///   - method: `PUT` or `DELETE`.
    ///   - path: Of the resource.
    ///   - tag: What ``getVersion(_:)`` gave.
    ///   - body: What it is to become.
    /// - Returns: The server's answer.
    /// - Throws: ``ServerFailure``.
    func change(
        _ method: String,
        _ path: String,
        ifMatch tag: String,
        body: JSONValue? = nil
    ) async throws(ServerFailure) -> JSON {
        try await perform(method, path, [], body: body?.bytes, ifMatch: tag).value
    }

    /// The items of a listing, page after page.
    ///
    /// - Parameters:
    ///   - path: Of the listing.
    ///   - query: Its filters; those without a value are left out.
    ///   - limit: How many items at most, `nil` for all of them.
    /// - Returns: The items, and whether there are more.
    /// - Throws: ``ServerFailure``.
    func list(
        _ path: String,
        _ query: [(String, String?)],
        limit: Int?
    ) async throws(ServerFailure) -> (items: [JSON], hasMore: Bool) {
        var items: [JSON] = []
        var cursor: String?
        repeat {
            let left = limit.map { $0 - items.count } ?? 500
            let page = try await get(path, query + [("limit", String(min(500, left))), ("cursor", cursor)])
            let found = page["items"]?.elements ?? []
            items += found
            cursor = found.isEmpty ? nil : page["next"]?.string
        } while cursor != nil && items.count < limit ?? .max
        return (items, cursor != nil)
    }

    private func perform(
        _ method: String,
        _ path: String,
        _ query: [(String, String?)],
        body: [UInt8]?,
        ifMatch tag: String? = nil
    ) async throws(ServerFailure) -> (value: JSON, tag: String?) {
        let response = try await exchange(method, path, query, accept: "application/json", body: body, ifMatch: tag)
        let value: JSON
        do throws(JSONSyntaxError) {
            value = try JSONDocument.parse(response.body)
        } catch {
            throw .refused(status: nil, lines: ["\(shown) did not answer with JSON; is it a Noroshi server?"])
        }
        return (value, response.headers.first { $0.name == "etag" }?.value)
    }

    /// A request, and the whole answer of a server that did what was asked.
    private func exchange(
        _ method: String,
        _ path: String,
        _ query: [(String, String?)],
        accept: String,
        body: [UInt8]?,
        ifMatch tag: String? = nil
    ) async throws(ServerFailure) -> HTTPResponse {
        let parameters = query.compactMap { name, value in
            value.map { "\(name)=\($0.percentEncoded)" }
        }
        let text = base + path + (parameters.isEmpty ? "" : "?\(parameters.joined(separator: "&"))")
        let url: WebURL
        do throws(WebURLError) {
            url = try WebURL(text)
        } catch {
            throw .refused(status: nil, lines: ["\(error)"])
        }
        var headers = [(name: "Accept", value: accept)]
        if let token { headers.append((name: "Authorization", value: "Bearer \(token.exposed)")) }
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        if let tag { headers.append((name: "If-Match", value: tag)) }
        let exchange = await client.perform(
            HTTPRequest(
                method: method,
                url: url,
                headers: headers,
                body: body ?? [],
                timeout: .seconds(60),
                addresses: .any,
                replyLimit: ServerConnection.replyLimit
            )
        )
        switch exchange.result {
        case .failure(let error): throw .unreachable(url: shown, reason: error.description)
        case .success(let response):
            guard (200...299).contains(response.status) else {
                throw ServerFailure(status: response.status, body: response.body)
            }
            guard response.isTruncated == false else {
                throw .refused(status: nil, lines: ["the answer is larger than 64 MiB; ask for less with --limit"])
            }
            return response
        }
    }
}
