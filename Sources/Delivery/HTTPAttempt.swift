import CurlClient
import FoundationEssentials
import Routing
import Store

/// What the notifiers that speak HTTP share: from a destination's settings to a request, from an exchange to evidence.
struct HTTPAttempt {
    let client: HTTPClient
    let secrets: SecretSource
    let known = KnownSecrets()

    init(client: HTTPClient, secrets: SecretSource) {
        self.client = client
        self.secrets = secrets
    }

    /// The URL as the reference stands now, or why it cannot be used.
    func url(_ reference: SecretReference) throws(UnusableDestination) -> WebURL {
        let text = try secret(reference).exposed
        do {
            return try known.url(text, of: reference)
        } catch {
            throw UnusableDestination(reason: "\(reference): \(error)")
        }
    }

    /// The secret as it stands now, or why it cannot be read.
    func secret(_ reference: SecretReference) throws(UnusableDestination) -> Secret {
        do {
            return try secrets.resolve(reference)
        } catch {
            throw UnusableDestination(reason: error.description)
        }
    }

    /// Sends once.
    ///
    /// - Parameters:
    ///   - body: The message; also kept as evidence.
    ///   - url: Where to.
    ///   - headers: Content type and whatever the receiver asks for.
    ///   - destination: For timeout and the addresses it may reach.
    ///   - redaction: The secrets that must not be kept.
    ///   - judge: What a complete reply means.
    /// - Returns: The outcome with its evidence.
    func send(
        _ body: [UInt8],
        to url: WebURL,
        headers: [(name: String, value: String)],
        for destination: Destination,
        redaction: Redaction,
        judge: (HTTPResponse) -> HTTPVerdict
    ) async -> Outcome {
        let request = HTTPRequest(
            url: url,
            headers: headers,
            body: body,
            timeout: destination.effectiveTimeout,
            addresses: AddressPolicy(destination.allowPrivate)
        )
        let exchange = await client.perform(request)
        let verdict: HTTPVerdict
        var evidence = Outcome.Evidence(peerAddress: exchange.peerAddress, timings: Attempt.Timings(exchange.timings))
        switch exchange.result {
        case .success(let response):
            verdict = judge(response)
            evidence.status = response.status
            evidence.reply = redaction.excerpt(response.body)
        case .failure(let error):
            verdict = HTTPAttempt.verdict(error, partialStatus: exchange.partialStatus)
            evidence.status = exchange.partialStatus
        }
        evidence.errorClass = verdict.errorClass
        evidence.detail = verdict.detail.map(redaction.apply)
        if verdict.verdict != .delivered { evidence.rendered = redaction.apply(String(decoding: body, as: UTF8.self)) }
        return Outcome(verdict.verdict, evidence)
    }

    /// A status line that came says more than the loss of what should have followed it, unless it says yes: a body can
    /// still take a 200 back.
    private static func verdict(_ error: CurlError, partialStatus: Int?) -> HTTPVerdict {
        guard let partialStatus, (200..<300).contains(partialStatus) == false, partialStatus >= 300 else {
            return HTTPVerdict(error)
        }
        return HTTPVerdict(HTTPResponse(status: partialStatus), now: Date(timeIntervalSince1970: 0))
    }
}

/// A destination that cannot be used as configured; names the setting, never the secret.
struct UnusableDestination: Error {
    let reason: String
}

extension Attempt.Timings {
    init(_ timings: TransferTimings) {
        self.init(
            nameLookup: timings.nameLookup,
            connect: timings.connect,
            tls: timings.tls,
            firstByte: timings.firstByte,
            total: timings.total
        )
    }
}
