import CurlClient
import Findings
import FoundationEssentials
import Routing

/// Gets credentials from where they are handed out.
struct CredentialFetch: Sendable {
    let http: HTTPClient
    let clock: ClockOffset
    let tokens: SecurityTokens
    let chain: CredentialChain
    /// How long the instance metadata service may take to answer. It is on the machine: what does not answer at once never
    /// does.
    var metadataTimeout: Duration = .seconds(1)

    /// Reads the configuration anew and gets credentials from the first place that it names.
    func credentials() async throws(CredentialError) -> AWSCredentials { try await credentials(from: chain.source()) }

    func credentials(from source: CredentialSource) async throws(CredentialError) -> AWSCredentials {
        switch source {
        case .keys(let credentials, _): return credentials
        case .webIdentity(let identity): return try await tokens.credentials(for: identity, read: chain.read)
        case .container(let container): return try await self.container(container)
        case .instanceMetadata(let endpoint): return try await instance(endpoint)
        case .role(let role, let base):
            let identity = AWSIdentity(now: { clock.now }) { () throws(CredentialError) in
                try await credentials(from: base)
            }
            return try await tokens.credentials(for: role, by: identity)
        }
    }

    private func container(_ container: ContainerCredentials) async throws(CredentialError) -> AWSCredentials {
        let origin = "the container's credentials"
        let url = try containerURL(container.url, origin)
        var headers = [(name: "Accept", value: "application/json")]
        if let authorization = try containerToken(container.authorization, origin) {
            headers.append(("Authorization", authorization))
        }
        let request = HTTPRequest(
            method: "GET",
            url: url,
            headers: headers,
            timeout: .seconds(5),
            connectTimeout: .seconds(2),
            addresses: AddressPolicy(hosts: [url.host])
        )
        return try document(try await response(request, origin, tries: 3, hint: ""), origin)
    }

    /// Plain HTTP only to this machine and to the addresses that ECS and EKS hand credentials out at (SDKs and tools
    /// reference guide, "Container credential provider").
    private func containerURL(_ text: String, _ origin: String) throws(CredentialError) -> WebURL {
        let url: WebURL
        do {
            url = try WebURL(text)
        } catch {
            throw CredentialError(origin, "AWS_CONTAINER_CREDENTIALS_FULL_URI: \(error)")
        }
        let known = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost", "::1"]
        guard url.scheme == "https" || known.contains(url.host) || isLoopback(url.host) else {
            throw CredentialError(
                origin,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or lead to this machine or to the addresses of ECS and EKS"
            )
        }
        return url
    }

    /// Whether it is an address of 127.0.0.0/8, and no name that only begins like one.
    private func isLoopback(_ host: String) -> Bool {
        guard let address = IPAddress(host), let block = AddressBlock("127.0.0.0/8") else { return false }
        return block.contains(address)
    }

    private func containerToken(
        _ authorization: ContainerCredentials.Authorization?,
        _ origin: String
    ) throws(CredentialError) -> String? {
        let text: String
        switch authorization {
        case nil: return nil
        case .variable(let value): text = value
        case .file(let path):
            guard let read = try chain.read(path) else {
                throw CredentialError(origin, "the token file \(path) does not exist")
            }
            text = read.hasSuffix("\n") ? String(read.dropLast()) : read
        }
        guard text.isEmpty == false, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw CredentialError(origin, "the authorization token is empty, or holds line breaks or other characters")
        }
        return text
    }

    /// Version 2 only: a session is asked for with PUT, which a request that somebody else's server was tricked into making
    /// cannot be. There is no way back to version 1.
    private func instance(_ endpoint: String) async throws(CredentialError) -> AWSCredentials {
        let origin = "the instance metadata service"
        let hint =
            "; if this is a container on an EC2 instance, its answers end on the way when the instance's hop limit is 1 "
            + "(aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2); elsewhere, configure credentials"
        let role = "/latest/meta-data/iam/security-credentials/"
        let session = try await metadata(
            "PUT",
            endpoint,
            "/latest/api/token",
            ("X-aws-ec2-metadata-token-ttl-seconds", "21600"),
            hint
        )
        guard session.status == 200 else {
            throw CredentialError(origin, "it gives no session (\(session.status)); version 1 is not used")
        }
        let token = ("X-aws-ec2-metadata-token", String(decoding: session.body, as: UTF8.self))
        let roles = try await metadata("GET", endpoint, role, token, hint)
        let name = String(decoding: roles.body, as: UTF8.self).split(whereSeparator: \.isNewline).first
        guard roles.status == 200, let name else {
            throw CredentialError(origin, "the instance has no role (instance profile)")
        }
        let path = role + PercentEncoding.encoded(String(name))
        return try document(try await metadata("GET", endpoint, path, token, hint), origin)
    }

    private func metadata(
        _ method: String,
        _ endpoint: String,
        _ path: String,
        _ header: (String, String),
        _ hint: String
    ) async throws(CredentialError) -> HTTPResponse {
        let origin = "the instance metadata service"
        let url: WebURL
        do {
            url = try WebURL(endpoint + path)
        } catch {
            throw CredentialError(origin, "AWS_EC2_METADATA_SERVICE_ENDPOINT: \(error)")
        }
        let request = HTTPRequest(
            method: method,
            url: url,
            headers: [(name: header.0, value: header.1)],
            timeout: metadataTimeout,
            connectTimeout: metadataTimeout,
            addresses: AddressPolicy(hosts: [url.host])
        )
        return try await response(request, origin, tries: 2, hint: hint)
    }

    /// The answer, whatever its status; a 5xx and none at all are asked for again.
    private func response(
        _ request: HTTPRequest,
        _ origin: String,
        tries: Int,
        hint: String
    ) async throws(CredentialError) -> HTTPResponse {
        var problem = ""
        for _ in 0..<tries {
            switch await http.perform(request).result {
            case .success(let response) where response.status < 500: return response
            case .success(let response): problem = "it answered \(response.status)"
            case .failure(let error):
                problem = "\(error)\(error.kind == .timeout || error.kind == .uncertain ? hint : "")"
            }
        }
        throw CredentialError(origin, problem)
    }

    /// The JSON that containers and instances answer with.
    private func document(_ response: HTTPResponse, _ origin: String) throws(CredentialError) -> AWSCredentials {
        guard response.status == 200 else {
            throw CredentialError(origin, "it answered \(response.status)")
        }
        let json: JSON
        do {
            json = try JSONDocument.parse(response.body)
        } catch {
            throw CredentialError(origin, "it answered with what is not JSON")
        }
        if let code = json["Code"]?.string, code != "Success" {
            throw CredentialError(origin, "it has no credentials: \(code.prefix(100))")
        }
        guard let id = json["AccessKeyId"]?.string, let secret = json["SecretAccessKey"]?.string else {
            throw CredentialError(origin, "it answered without credentials")
        }
        return AWSCredentials(
            accessKeyID: id,
            secretKey: Secret(secret),
            sessionToken: (json["Token"]?.string).map { Secret($0) },
            expiresAt: json["Expiration"]?.string.flatMap(SourceDate.read)
        )
    }
}
