import Crypto
import Findings

/// The form of a request that is hashed for its signature.
///
/// Source: IAM user guide, "Create a signed AWS API request", and the test suite of Signature Version 4.
struct CanonicalRequest {
    /// In lower case, sorted, with `;` between them.
    let signedHeaders: String
    let text: String

    /// What intermediaries change on the way, or what is added below the signer (botocore's `SIGNED_HEADERS_BLACKLIST`).
    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te",
        "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// - Parameters:
    ///   - request: With all headers that are to be signed.
    ///   - isPathEncodedTwice: True for every service but S3, whose paths are not normalised either.
    init(_ request: SignableRequest, isPathEncodedTwice: Bool) {
        var values: [String: [String]] = [:]
        for (name, value) in request.headers where CanonicalRequest.unsigned.contains(name.lowercased()) == false {
            values[name.lowercased(), default: []].append(CanonicalRequest.folded(value))
        }
        let names = values.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        signedHeaders = names.joined(separator: ";")
        let headers = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }.joined()
        let path =
            isPathEncodedTwice
            ? PercentEncoding.encoded(CanonicalRequest.normalized(request.path), keeping: "/") : request.path
        text = [
            request.method, path.isEmpty ? "/" : path, CanonicalRequest.query(request.query), headers, signedHeaders,
            SHA256.hash(data: request.body).hex,
        ].joined(separator: "\n")
    }

    /// The value without blanks around it, and with one in the place of several.
    private static func folded(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(separator: " ")
    }

    /// The path without dot segments and doubled slashes (RFC 3986 §5.2.4).
    private static func normalized(_ path: String) -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        let last = path.hasSuffix("/") && kept.isEmpty == false ? "/" : ""
        return "/" + kept.joined(separator: "/") + last
    }

    /// Sorted by encoded name and then value; a name without a value gets an empty one.
    private static func query(_ query: String) -> String {
        let pairs = query.split(separator: "&").map { pair -> (String, String) in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count > 1 ? String(halves[1]) : ""
            return (PercentEncoding.again(String(halves[0])), PercentEncoding.again(value))
        }
        let sorted = pairs.sorted { left, right in
            left.0 == right.0
                ? left.1.utf8.lexicographicallyPrecedes(right.1.utf8)
                : left.0.utf8.lexicographicallyPrecedes(right.0.utf8)
        }
        return sorted.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }
}
