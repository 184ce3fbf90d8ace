package import CurlClient
import Findings

/// Makes signed requests to one service in one Region as one identity.
///
/// Credentials that are refused are fetched anew once, and a clock that is wrong is corrected once; every other failure is
/// told, for it is the caller who knows what to try again and when.
package struct AWSClient: Sendable {
    let http: HTTPClient
    let identity: AWSIdentity
    let clock: ClockOffset
    package let region: String
    let service: String
    let endpoint: ServiceEndpoint

    /// - Parameters:
    ///   - http: Makes the requests.
    ///   - identity: Whose credentials sign them.
    ///   - clock: The time of signatures.
    ///   - region: For which is signed, wherever the endpoint is.
    ///   - service: The name that the service signs with.
    ///   - endpoint: Where requests go.
    package init(
        http: HTTPClient,
        identity: AWSIdentity,
        clock: ClockOffset,
        region: String,
        service: String,
        endpoint: ServiceEndpoint
    ) {
        self.http = http
        self.identity = identity
        self.clock = clock
        self.region = region
        self.service = service
        self.endpoint = endpoint
    }

    /// What is asked.
    package struct Call: Sendable {
        /// The header `X-Amz-Target` of the JSON protocols; `nil` for the query protocol.
        package var target: String?
        package var contentType: String
        package var body: [UInt8]
        package var timeout: Duration
        /// The longest answer that is taken, in bytes.
        package var replyLimit: Int

        package init(
            target: String?,
            contentType: String,
            body: [UInt8],
            timeout: Duration = .seconds(10),
            replyLimit: Int = 1 << 20
        ) {
            self.target = target
            self.contentType = contentType
            self.body = body
            self.timeout = timeout
            self.replyLimit = replyLimit
        }
    }

    /// Makes the call.
    ///
    /// - Returns: The body of the answer, whole.
    /// - Throws: ``AWSFault``. Cancelling the task gives the request up.
    package func send(_ call: Call) async throws(AWSFault) -> [UInt8] {
        var hasRenewed = false
        var hasCorrected = false
        while true {
            let credentials = try await current()
            let offset = clock.offset
            let exchange = await http.perform(request(call, credentials))
            let fault: AWSFault
            switch exchange.result {
            case .failure(let error): throw AWSClient.fault(error)
            case .success(let response):
                if response.isTruncated {
                    throw AWSFault(.cutOff, detail: "the answer is longer than \(call.replyLimit) bytes")
                }
                if (200..<300).contains(response.status) { return response.body }
                fault = AWSFault(
                    status: response.status,
                    header: response.header("x-amzn-errortype"),
                    body: response.body
                )
                let date = response.header("date").flatMap(SourceDate.read)
                // A signature from another time and one with a wrong key can have one and the same word. Somebody else may
                // have corrected the clock since this one was made.
                if fault.kind == .skewed || fault.kind == .denied, hasCorrected == false,
                    date.map({ clock.correct(by: $0) }) == true || clock.offset != offset
                {
                    hasCorrected = true
                    continue
                }
            }
            guard fault.kind == .expired, hasRenewed == false else { throw fault }
            hasRenewed = true
            do {
                try await identity.refused(credentials)
            } catch {
                throw AWSFault(
                    .noCredentials,
                    detail: "the credentials are not taken (\(fault)), and there are no others: \(error)"
                )
            }
        }
    }

    private func current() async throws(AWSFault) -> AWSCredentials {
        do {
            return try await identity.credentials()
        } catch {
            throw AWSFault(.noCredentials, detail: "\(error)")
        }
    }

    private func request(_ call: Call, _ credentials: AWSCredentials) -> HTTPRequest {
        var signable = SignableRequest(
            headers: [("Host", endpoint.hostHeader), ("Content-Type", call.contentType)],
            body: call.body
        )
        if let target = call.target { signable.headers.append(("X-Amz-Target", target)) }
        RequestSigner(credentials: credentials, region: region, service: service).sign(&signable, at: clock.now)
        return HTTPRequest(
            method: "POST",
            url: endpoint.url,
            headers: signable.headers,
            body: call.body,
            timeout: call.timeout,
            addresses: endpoint.addresses,
            replyLimit: call.replyLimit
        )
    }

    /// `CURLE_OPERATION_TIMEDOUT` (libcurl-errors(3)).
    private static let timeOut = 28

    static func fault(_ error: CurlError) -> AWSFault {
        switch error.kind {
        case .cancelled: AWSFault(.cancelled, detail: error.description)
        case .uncertain where Task.isCancelled: AWSFault(.cancelled, detail: error.description)
        case .uncertain where error.code == timeOut: AWSFault(.timedOut, detail: error.description)
        case .addressRefused, .configuration: AWSFault(.refused, detail: error.description)
        default: AWSFault(.unreachable, detail: error.description)
        }
    }
}
