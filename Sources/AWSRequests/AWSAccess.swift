package import CurlClient
import Findings
import Glibc
package import Logging
import Synchronization

/// Access to AWS as the environment of the process configures it: identities, STS, and clients that sign as them.
///
/// Identities are kept, so that all that ask as one share its credentials and their renewal.
package final class AWSAccess: Sendable {
    private struct Who: Hashable {
        var region: String
        var role: String?
        var externalID: String?
    }

    private let http: HTTPClient
    private let clock: ClockOffset
    private let chain: CredentialChain
    private let logger: Logger
    private let identities = Mutex<[Who: AWSIdentity]>([:])

    /// - Parameters:
    ///   - http: Makes the requests.
    ///   - variables: The environment of the process.
    ///   - clock: The time of signatures.
    ///   - logger: Told when credentials that are still valid cannot be renewed.
    package init(
        http: HTTPClient,
        variables: [String: String],
        clock: ClockOffset = ClockOffset(),
        logger: Logger = Logger(label: "aws")
    ) {
        self.http = http
        self.clock = clock
        self.logger = logger
        chain = CredentialChain(
            variables: variables,
            sessionName: AssumedRole.sessionName(host: AWSAccess.hostName)
        )
    }

    /// Which place the configuration takes credentials from.
    ///
    /// - Throws: ``CredentialError`` saying what is wrong with it.
    package func credentialSource() throws(CredentialError) -> CredentialSource { try chain.source() }

    /// The identity that asks for something in a Region.
    ///
    /// - Parameters:
    ///   - region: Where.
    ///   - role: The ARN of a role to take on; `nil` to ask as oneself.
    ///   - externalID: What its trust policy asks for.
    /// - Returns: One and the same for the same question.
    /// - Throws: When a configured endpoint is no URL.
    package func identity(region: String, role: String?, externalID: String?) throws(WebURLError) -> AWSIdentity {
        let tokens = try tokens(region: region)
        let own = identity(Who(region: tokens.region)) {
            let fetch = CredentialFetch(http: self.http, clock: self.clock, tokens: tokens, chain: self.chain)
            return AWSIdentity(now: { [clock = self.clock] in clock.now }, report: self.report) {
                () async throws(CredentialError) in
                try await fetch.credentials()
            }
        }
        guard let role else { return own }
        let assumed = AssumedRole(arn: role, externalID: externalID, sessionName: chain.sessionName)
        return identity(Who(region: tokens.region, role: role, externalID: externalID)) {
            AWSIdentity(now: { [clock = self.clock] in clock.now }, report: self.report) {
                () async throws(CredentialError) in
                try await tokens.credentials(for: assumed, by: own)
            }
        }
    }

    /// STS for whoever asks for something in a Region: in the Region of the process, if that is in the same partition.
    ///
    /// - Throws: When a configured endpoint is no URL.
    package func tokens(region: String) throws(WebURLError) -> SecurityTokens {
        let own = chain.value("AWS_REGION") ?? chain.value("AWS_DEFAULT_REGION")
        let near = own.flatMap { Partition(region: $0) == Partition(region: region) ? $0 : nil } ?? region
        let isFIPS = chain.value("AWS_USE_FIPS_ENDPOINT")?.lowercased() == "true"
        return SecurityTokens(
            http: http,
            clock: clock,
            region: near,
            endpoint: try ServiceEndpoint(
                host: ServiceEndpoint.tokensHost(region: near, isFIPS: isFIPS),
                override: override(of: "STS")
            )
        )
    }

    /// A client of a service.
    ///
    /// - Parameters:
    ///   - service: The name that it signs with.
    ///   - host: Its host at AWS.
    ///   - endpoint: A URL in its place; without it what the environment says (`AWS_ENDPOINT_URL_SERVICE`,
    ///     `AWS_ENDPOINT_URL`).
    ///   - region: For which is signed.
    ///   - identity: As whom.
    /// - Returns: One that is made anew each time; it costs nothing.
    /// - Throws: When an endpoint is no URL.
    package func client(
        of service: String,
        host: String,
        endpoint: String?,
        region: String,
        identity: AWSIdentity
    ) throws(WebURLError) -> AWSClient {
        AWSClient(
            http: http,
            identity: identity,
            clock: clock,
            region: region,
            service: service,
            endpoint: try ServiceEndpoint(host: host, override: endpoint ?? override(of: service.uppercased()))
        )
    }

    private var report: @Sendable (CredentialError) -> Void {
        { [logger] error in
            logger.warning(
                "credentials for AWS cannot be renewed; the old ones are used while they are taken",
                metadata: ["problem": "\(error)"]
            )
        }
    }

    private func override(of service: String) -> String? {
        chain.value("AWS_ENDPOINT_URL_\(service)") ?? chain.value("AWS_ENDPOINT_URL")
    }

    private func identity(_ who: Who, _ make: () -> AWSIdentity) -> AWSIdentity {
        identities.withLock { identities in
            if let known = identities[who] { return known }
            let new = make()
            identities[who] = new
            return new
        }
    }

    private static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "host" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
