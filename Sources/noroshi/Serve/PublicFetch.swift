import CurlClient

/// GETs small public documents: signing certificates and subscription confirmations of Amazon SNS.
struct PublicFetch: Sendable {
    let client: HTTPClient

    /// The body of a 200 answer.
    ///
    /// - Parameter url: An https URL on a public address; the caller has checked its host.
    /// - Returns: At most 64 KiB.
    /// - Throws: ``PublicFetchError`` for any other answer or none.
    func get(_ url: String) async throws -> [UInt8] {
        let request = HTTPRequest(
            method: "GET",
            url: try WebURL(url),
            headers: [],
            body: [],
            timeout: .seconds(5),
            connectTimeout: .seconds(3),
            addresses: .publicOnly
        )
        let response = try await client.perform(request).result.get()
        guard response.status == 200, response.isTruncated == false else {
            throw PublicFetchError(status: response.status)
        }
        return response.body
    }
}

/// An answer that cannot be used.
struct PublicFetchError: Error, CustomStringConvertible {
    let status: Int

    var description: String { "the answer was \(status), or longer than 64 KiB" }
}
