import CCurl

/// A libcurl easy handle, owned: one transfer at a time, on one thread at a time.
struct EasyHandle: ~Copyable {
    let raw: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>

    /// - Throws: ``CurlError`` when libcurl cannot start or has no memory.
    init() throws(CurlError) {
        guard CurlRuntime.isStarted, let raw = curl_easy_init() else {
            throw CurlError(kind: .resources, code: CURLE_FAILED_INIT, detail: "libcurl cannot start")
        }
        self.raw = raw
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setErrorBuffer()
    }

    deinit {
        curl_easy_cleanup(raw)
        errorBuffer.deallocate()
    }

    /// Forgets every option; live connections and caches stay.
    func reset() {
        curl_easy_reset(raw)
        forgetError()
        setErrorBuffer()
    }

    /// Forgets what libcurl said about an earlier failure.
    func forgetError() { errorBuffer[0] = 0 }

    private func setErrorBuffer() {
        _ = noroshi_setopt_pointer(raw, CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorBuffer))
    }

    /// What libcurl says about the last failure, at most 255 bytes; empty when it said nothing.
    var errorText: String { String(cString: errorBuffer) }

    func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try check(noroshi_setopt_long(raw, option, value), option)
    }

    func set(_ option: CURLoption, _ value: Bool) throws(CurlError) { try set(option, value ? 1 : 0) }

    /// Sets a string, which libcurl copies. It must hold no NUL: what follows one would be cut off.
    func set(_ option: CURLoption, _ value: String) throws(CurlError) {
        guard value.utf8.contains(0) == false else {
            throw CurlError(
                kind: .configuration,
                code: CURLE_BAD_FUNCTION_ARGUMENT,
                detail: "a setting holds a NUL byte"
            )
        }
        try check(noroshi_setopt_string(raw, option, value), option)
    }

    /// Takes a string away again.
    func clear(_ option: CURLoption) throws(CurlError) { try check(noroshi_setopt_string(raw, option, nil), option) }

    func setOffset(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try check(noroshi_setopt_offset(raw, option, curl_off_t(value)), option)
    }

    /// Hands over a list that must outlive the transfer.
    func set(_ option: CURLoption, _ list: borrowing StringList) throws(CurlError) {
        try check(noroshi_setopt_list(raw, option, list.head), option)
    }

    func setPointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) throws(CurlError) {
        try check(noroshi_setopt_pointer(raw, option, value), option)
    }

    func onWrite(_ option: CURLoption, _ callback: curl_write_callback) throws(CurlError) {
        try check(noroshi_setopt_write(raw, option, callback), option)
    }

    func onRead(_ option: CURLoption, _ callback: curl_read_callback) throws(CurlError) {
        try check(noroshi_setopt_read(raw, option, callback), option)
    }

    func onSeek(_ option: CURLoption, _ callback: curl_seek_callback) throws(CurlError) {
        try check(noroshi_setopt_seek(raw, option, callback), option)
    }

    func onOpenSocket(_ callback: curl_opensocket_callback) throws(CurlError) {
        try check(noroshi_setopt_opensocket(raw, CURLOPT_OPENSOCKETFUNCTION, callback), CURLOPT_OPENSOCKETFUNCTION)
    }

    func onPrerequest(_ callback: curl_prereq_callback) throws(CurlError) {
        try check(noroshi_setopt_prereq(raw, CURLOPT_PREREQFUNCTION, callback), CURLOPT_PREREQFUNCTION)
    }

    func integer(_ info: CURLINFO) -> Int {
        var value = 0
        return noroshi_getinfo_long(raw, info, &value) == CURLE_OK ? value : 0
    }

    func offset(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        return noroshi_getinfo_offset(raw, info, &value) == CURLE_OK ? Int(value) : 0
    }

    func string(_ info: CURLINFO) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard noroshi_getinfo_string(raw, info, &value) == CURLE_OK, let value else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    private func check(_ code: CURLcode, _ option: CURLoption) throws(CurlError) {
        guard code != CURLE_OK else { return }
        throw CurlError(
            kind: .configuration,
            code: code,
            detail: "libcurl refused option \(option.rawValue): \(CurlError.words(for: code))"
        )
    }
}

/// A list of strings that libcurl reads, owned.
struct StringList: ~Copyable {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    init() {}

    /// Appends one element.
    ///
    /// - Throws: ``CurlError`` when it holds CR, LF or NUL, which would add a line of the sender's choosing.
    mutating func append(_ element: String) throws(CurlError) {
        guard element.utf8.allSatisfy({ $0 != 0 && $0 != 10 && $0 != 13 }) else {
            throw CurlError(
                kind: .configuration,
                code: CURLE_BAD_FUNCTION_ARGUMENT,
                detail: "a header or command holds a line break or a NUL byte"
            )
        }
        guard let extended = curl_slist_append(head, element) else {
            throw CurlError(kind: .resources, code: CURLE_OUT_OF_MEMORY, detail: "out of memory")
        }
        head = extended
    }

    deinit { curl_slist_free_all(head) }
}
