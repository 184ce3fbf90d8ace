/// One request to be made once: no redirects are followed, nothing is sent twice.
package struct HTTPRequest: Sendable {
    package var method: String
    package var url: WebURL
    /// In the order in which they are sent; values must hold no line break.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// Over everything, name resolution included.
    package var timeout: Duration
    package var connectTimeout: Duration
    package var addresses: AddressPolicy
    /// The most that is kept of the reply's body, in bytes, 1 or more.
    package var replyLimit: Int

    package init(
        method: String = "POST",
        url: WebURL,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        timeout: Duration = .seconds(15),
        connectTimeout: Duration = .seconds(5),
        addresses: AddressPolicy = .publicOnly,
        replyLimit: Int = 65_536
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.addresses = addresses
        self.replyLimit = replyLimit
    }
}

/// What came back.
package struct HTTPResponse: Sendable, Hashable {
    package var status: Int
    /// Names in lower case, in the order received.
    package var headers: [Header]
    /// Its beginning, as far as the request's `replyLimit`.
    package var body: [UInt8]
    /// Whether there was more than that.
    package var isTruncated: Bool

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(status: Int, headers: [Header] = [], body: [UInt8] = [], isTruncated: Bool = false) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isTruncated = isTruncated
    }

    /// The first header of this name, given in lower case.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// One request and everything that is known of what became of it.
package struct HTTPExchange: Sendable {
    package var result: Result<HTTPResponse, CurlError>
    /// The status of a reply whose rest did not come.
    package var partialStatus: Int?
    package var timings: TransferTimings
    package var peerAddress: String?
    /// Body bytes handed to the network.
    package var uploadedBytes: Int
    /// Whether the request went over a connection that an earlier one had opened.
    package var isReused: Bool

    package init(
        result: Result<HTTPResponse, CurlError>,
        partialStatus: Int? = nil,
        timings: TransferTimings = TransferTimings(),
        peerAddress: String? = nil,
        uploadedBytes: Int = 0,
        isReused: Bool = false
    ) {
        self.result = result
        self.partialStatus = partialStatus
        self.timings = timings
        self.peerAddress = peerAddress
        self.uploadedBytes = uploadedBytes
        self.isReused = isReused
    }
}

/// Seconds from the start of the transfer (`CURLINFO_*_TIME_T`); 0 for a step that did not take place.
package struct TransferTimings: Sendable, Hashable {
    package var nameLookup: Double
    package var connect: Double
    package var tls: Double
    package var firstByte: Double
    package var total: Double

    package init(
        nameLookup: Double = 0,
        connect: Double = 0,
        tls: Double = 0,
        firstByte: Double = 0,
        total: Double = 0
    ) {
        self.nameLookup = nameLookup
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
    }
}
