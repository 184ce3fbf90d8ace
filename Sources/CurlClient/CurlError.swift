import CCurl

/// Why a transfer did not end with a complete reply.
package struct CurlError: Error, Hashable, Sendable, CustomStringConvertible {
    package var kind: Kind
    /// libcurl's own number (libcurl-errors(3)); 0 when libcurl was not asked.
    package var code: Int
    /// One sentence without secrets.
    package var detail: String

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case nameLookup, connect, tls, timeout, network
        /// Every address of the host is one that the request may not reach.
        case addressRefused
        /// The whole request went out and the answer did not come: nobody knows whether the receiver acted.
        case uncertain
        /// The request cannot be made as it is configured: a URL that is none, a scheme or header that is refused, a
        /// certificate that cannot be verified.
        case configuration
        /// The peer's certificate cannot be verified, or it offers no TLS where TLS is required.
        case certificate
        case login
        case cancelled
        /// Out of memory, threads or descriptors.
        case resources
    }

    package init(kind: Kind, code: Int, detail: String) {
        self.kind = kind
        self.code = code
        self.detail = detail
    }

    init(kind: Kind, code: CURLcode, detail: String) {
        self.init(kind: kind, code: Int(code.rawValue), detail: detail)
    }

    package var description: String { code == 0 ? detail : "\(detail) (libcurl error \(code))" }

    /// What happened, in words for whoever reads why a message failed.
    ///
    /// - Parameters:
    ///   - code: libcurl's number.
    ///   - kind: What it means.
    ///   - more: What libcurl says of this one transfer; empty when nothing.
    /// - Returns: One sentence without a full stop.
    static func detail(_ code: CURLcode, _ kind: Kind, _ more: String) -> String {
        let words: String
        switch code {
        // libcurl's own words speak of what it could not do about it.
        case CURLE_SEND_FAIL_REWIND where kind == .uncertain: return lostReply
        case CURLE_UNSUPPORTED_PROTOCOL where kind == .uncertain, CURLE_WEIRD_SERVER_REPLY where kind == .uncertain:
            words = "What came back is not HTTP; the request may have arrived"
        case CURLE_WRITE_ERROR where kind == .uncertain:
            words = "What came back had no end in sight; the request may have arrived"
        case CURLE_GOT_NOTHING where kind == .uncertain, CURLE_RECV_ERROR where kind == .uncertain,
            CURLE_SEND_ERROR where kind == .uncertain:
            words = lostReply
        default: words = self.words(for: code)
        }
        return more.isEmpty || more == words ? words : "\(words): \(more)"
    }

    private static let lostReply = "The connection ended before the whole reply; the request may have arrived"

    static func words(for code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }

    /// What a libcurl error means for whoever decides about another try; `isSent` says whether the whole request had
    /// been handed to the network.
    static func kind(of code: CURLcode, isSent: Bool) -> Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameLookup
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_SHUTDOWN_FAILED: .tls
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            .certificate
        case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR: .login
        case CURLE_OPERATION_TIMEDOUT: isSent ? .uncertain : .timeout
        // A reused connection died and libcurl would have sent the request again: the peer may have taken the first.
        case CURLE_SEND_FAIL_REWIND: .uncertain
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY:
            isSent ? .uncertain : .network
        // Bytes that are no HTTP, which libcurl calls an unsupported protocol, come after the receiver had it all.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION,
            CURLE_NOT_BUILT_IN, CURLE_SSL_ENGINE_NOTFOUND:
            isSent ? .uncertain : .configuration
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: .resources
        default: isSent ? .uncertain : .network
        }
    }
}
