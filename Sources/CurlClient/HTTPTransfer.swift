import CCurl

/// One easy handle with what its callbacks need, used again for transfer after transfer, on the loop's thread only.
final class HTTPTransfer {
    let handle: EasyHandle
    private(set) var submission: CurlLoop.Submission?
    private let guardian = AddressGuard(policy: .publicOnly, host: "")
    private let caFile: String?
    private let idleTime: Duration
    /// Whether what never changes from request to request is set.
    private var isConfigured = false
    /// Whether the next request finds nothing of this one, once the URL and the headers are taken away.
    private var isReusable = false
    private var lines = StringList()
    private var unsent: ArraySlice<UInt8> = []
    private var status: Int?
    private var headers: [HTTPResponse.Header] = []
    private var headerBytes = 0
    private var areHeadersComplete = false
    private var body: [UInt8] = []
    private var isTruncated = false

    /// The most that a reply's headers may hold, in bytes.
    static let headerLimit = 65_536

    /// - Parameters:
    ///   - caFile: PEM file of the certificate authorities to trust in place of the system's.
    ///   - idleTime: For how long a connection that nothing used may be used again.
    /// - Throws: ``CurlError`` when libcurl cannot start or has no memory.
    init(caFile: String?, idleTime: Duration) throws(CurlError) {
        handle = try EasyHandle()
        self.caFile = caFile
        self.idleTime = idleTime
    }

    /// Sets the handle up for a request, when it is new or was cleared.
    ///
    /// - Parameter submission: The request and who waits for it.
    /// - Throws: ``CurlError`` when the request cannot be made as it is.
    func prepare(_ submission: CurlLoop.Submission) throws(CurlError) {
        self.submission = submission
        let request = submission.request
        guardian.begin(policy: request.addresses, host: request.url.host)
        if isConfigured == false { try configure() }
        try handle.set(CURLOPT_URL, request.url.text)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds)
        try handle.set(CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
        try setHeaders(request)
        try setBody(request)
    }

    /// Sets what is the same for every request. To set it all anew for each takes as long as libcurl does for a request.
    private func configure() throws(CurlError) {
        try guardian.install(on: handle)
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try handle.set(CURLOPT_FOLLOWLOCATION, false)
        try handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_NOSIGNAL, true)
        try handle.set(CURLOPT_SSL_VERIFYPEER, true)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile { try handle.set(CURLOPT_CAINFO, caFile) }
        try handle.set(CURLOPT_MAXAGE_CONN, idleTime.wholeSeconds)
        try handle.set(CURLOPT_USERAGENT, "Noroshi")
        try setCallbacks()
        isConfigured = true
    }

    private func setHeaders(_ request: HTTPRequest) throws(CurlError) {
        var lines = StringList()
        try lines.append("Expect:")
        for (name, value) in request.headers {
            guard name.isEmpty == false, name.utf8.allSatisfy(HTTPTransfer.isTokenByte) else {
                throw CurlError(
                    kind: .configuration,
                    code: 0,
                    detail: "a header's name holds a character that is not allowed there"
                )
            }
            // libcurl leaves out a header that ends at its colon; a semicolon asks for an empty one.
            try lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        try handle.set(CURLOPT_HTTPHEADER, lines)
        self.lines = lines
    }

    /// RFC 9110 §5.6.2, `tchar`.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private func setBody(_ request: HTTPRequest) throws(CurlError) {
        switch request.method {
        case "GET": try handle.set(CURLOPT_HTTPGET, true)
        case "POST": try handle.set(CURLOPT_POST, true)
        default:
            try handle.set(CURLOPT_POST, true)
            try handle.set(CURLOPT_CUSTOMREQUEST, request.method)
        }
        // What another method has set is not taken back by setting it anew.
        isReusable = request.method == "POST"
        guard request.method != "GET" else { return }
        unsent = request.body[...]
        try handle.setOffset(CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
    }

    private func setCallbacks() throws(CurlError) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        try handle.onRead(CURLOPT_READFUNCTION) { buffer, size, count, context in
            guard let context, let buffer else { return Int(CURL_READFUNC_ABORT) }
            return Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().read(buffer, size * count)
        }
        try handle.setPointer(CURLOPT_READDATA, me)
        // A body that cannot be rewound keeps libcurl from silently sending a request again when a reused connection
        // dies before the first byte of the reply: the peer may have acted on the first one.
        try handle.onSeek(CURLOPT_SEEKFUNCTION) { _, _, _ in Int32(CURL_SEEKFUNC_FAIL) }
        try handle.onWrite(CURLOPT_HEADERFUNCTION) { buffer, size, count, context in
            guard let context, let buffer else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
            return Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().takeHeader(bytes)
        }
        try handle.setPointer(CURLOPT_HEADERDATA, me)
        try handle.onWrite(CURLOPT_WRITEFUNCTION) { buffer, size, count, context in
            guard let context, let buffer else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
            return Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().takeBody(bytes)
        }
        try handle.setPointer(CURLOPT_WRITEDATA, me)
    }

    private func read(_ buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        let part = unsent.prefix(room)
        UnsafeMutableRawBufferPointer(start: buffer, count: room).copyBytes(from: part)
        unsent = unsent.dropFirst(part.count)
        return part.count
    }

    private func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        headerBytes += bytes.count
        guard headerBytes <= HTTPTransfer.headerLimit else { return 0 }
        if bytes.starts(with: "HTTP/".utf8) {
            // After an interim reply (1xx) another one follows; only the last counts.
            let words = bytes.drop { $0 != UInt8(ascii: " ") }.drop { $0 == UInt8(ascii: " ") }
            status = Int(String(decoding: words.prefix { $0 > UInt8(ascii: " ") }.prefix(3), as: UTF8.self))
            headers = []
            areHeadersComplete = false
        } else if bytes.first.map(HTTPTransfer.isLineEnd) == true {
            areHeadersComplete = true
        } else if areHeadersComplete == false, let header = HTTPResponse.Header(line: bytes) {
            headers.append(header)
        }
        return bytes.count
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A }

    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        let room = (submission?.request.replyLimit ?? 0) - body.count
        body.append(contentsOf: bytes.prefix(room))
        guard bytes.count > room else { return bytes.count }
        // Any other count than the one given ends the transfer: the rest of a huge reply is not waited for.
        isTruncated = true
        return 0
    }

    /// What became of the transfer, for the one who waits.
    func exchange(_ code: CURLcode) -> HTTPExchange {
        let uploaded = handle.offset(CURLINFO_SIZE_UPLOAD_T)
        let result: Result<HTTPResponse, CurlError>
        if let status, areHeadersComplete, code == CURLE_OK || isTruncated {
            result = .success(HTTPResponse(status: status, headers: headers, body: body, isTruncated: isTruncated))
        } else {
            result = .failure(failure(code, uploaded: uploaded))
        }
        return HTTPExchange(
            result: result,
            partialStatus: status,
            timings: TransferTimings(handle),
            peerAddress: handle.string(CURLINFO_PRIMARY_IP),
            uploadedBytes: uploaded,
            isReused: handle.integer(CURLINFO_NUM_CONNECTS) == 0 && handle.offset(CURLINFO_PRETRANSFER_TIME_T) > 0
        )
    }

    /// What a transfer is that was given up from outside.
    func cancelledExchange() -> HTTPExchange {
        var exchange = exchange(CURLE_ABORTED_BY_CALLBACK)
        let kind: CurlError.Kind = isSent(exchange.uploadedBytes) ? .uncertain : .cancelled
        exchange.result = .failure(CurlError(kind: kind, code: 0, detail: HTTPTransfer.givenUp))
        return exchange
    }

    /// The same for one that had not begun.
    static let cancelledBefore = HTTPExchange(result: .failure(CurlError(kind: .cancelled, code: 0, detail: givenUp)))

    private static let givenUp = "given up because the service is stopping"

    private func isSent(_ uploaded: Int) -> Bool {
        guard let request = submission?.request, request.method != "GET" else { return false }
        // Without a body there is nothing to count; then the request is sent once the connection stands.
        return request.body.isEmpty ? handle.offset(CURLINFO_PRETRANSFER_TIME_T) > 0 : uploaded >= request.body.count
    }

    private func failure(_ code: CURLcode, uploaded: Int) -> CurlError {
        if guardian.hasRefused {
            return CurlError(kind: .addressRefused, code: Int(code.rawValue), detail: guardian.refusal)
        }
        let kind = CurlError.kind(of: code, isSent: isSent(uploaded))
        return CurlError(kind: kind, code: code, detail: CurlError.detail(code, kind, handle.errorText))
    }

    /// Lets go of everything of the last request, so that a waiting handle holds no secret.
    func clear() {
        forget()
        lines = StringList()
        submission = nil
        unsent = []
        status = nil
        headers = []
        headerBytes = 0
        areHeadersComplete = false
        body = []
        isTruncated = false
    }

    /// Takes the URL and the headers away from the handle, or everything.
    private func forget() {
        handle.forgetError()
        do throws(CurlError) {
            if isConfigured, isReusable {
                try handle.clear(CURLOPT_URL)
                return try handle.set(CURLOPT_HTTPHEADER, StringList())
            }
        } catch {
            // Then it forgets everything.
        }
        handle.reset()
        isConfigured = false
    }
}

extension HTTPResponse.Header {
    /// Reads `name: value`, with the end of its line; `nil` for a line that is none.
    fileprivate init?(line: UnsafeRawBufferPointer) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = line[..<colon].map { (0x41...0x5A) ~= $0 ? $0 | 0x20 : $0 }
        let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == 0x09 }
        self.init(
            name: String(decoding: name, as: UTF8.self),
            value: String(decoding: value.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
        )
    }
}

extension Duration {
    /// Whole milliseconds, at least 1: libcurl takes 0 for its own default.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        let whole = seconds.multipliedReportingOverflow(by: 1000)
        guard whole.overflow == false, whole.partialValue < Int64(Int32.max) else { return Int(Int32.max) }
        return max(1, Int(whole.partialValue + attoseconds / 1_000_000_000_000_000))
    }

    /// Seconds, rounded up, at least 1.
    var wholeSeconds: Int { (milliseconds + 999) / 1000 }
}
