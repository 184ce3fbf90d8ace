import CurlClient
import Findings
import Routing

/// AWS STS in one Region: takes on roles, and says whose credentials are used (STS API reference, version 2011-06-15).
package struct SecurityTokens: Sendable {
    let http: HTTPClient
    let clock: ClockOffset
    package let region: String
    let endpoint: ServiceEndpoint

    private static let contentType = "application/x-www-form-urlencoded; charset=utf-8"

    /// Whose credentials they are.
    package struct CallerIdentity: Sendable, Hashable {
        package var account: String
        package var arn: String
    }

    /// Takes on a role.
    ///
    /// - Parameters:
    ///   - role: Which, and on what terms.
    ///   - identity: Whose credentials ask for it.
    /// - Returns: The role's credentials.
    /// - Throws: ``CredentialError``, whose reason is the service's.
    func credentials(for role: AssumedRole, by identity: AWSIdentity) async throws(CredentialError) -> AWSCredentials {
        var fields = [
            ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", role.arn),
            ("RoleSessionName", role.sessionName), ("DurationSeconds", String(role.duration)),
        ]
        if let externalID = role.externalID { fields.append(("ExternalId", externalID)) }
        let origin = "the role \(role.arn)"
        do {
            return try read(try await client(identity).send(call(fields)), origin)
        } catch let fault as AWSFault {
            let advice =
                fault.kind == .denied
                ? "; may this identity take it on (sts:AssumeRole), and does its trust policy name this identity and the "
                    + "external id" : ""
            throw CredentialError(origin, "\(fault)\(advice)")
        } catch let error as CredentialError {
            throw error
        } catch {
            throw CredentialError(origin, "\(error)")
        }
    }

    /// Takes on a role with the token of another issuer, unsigned.
    ///
    /// - Parameters:
    ///   - identity: Which role, and where the token is.
    ///   - file: Gives the text of a file; `nil` when there is none.
    /// - Returns: The role's credentials.
    /// - Throws: ``CredentialError``.
    func credentials(
        for identity: WebIdentity,
        read file: (String) throws(CredentialError) -> String?
    ) async throws(CredentialError) -> AWSCredentials {
        let origin = "the web identity in \(identity.tokenFile)"
        // A line break behind the token would be sent as a part of it.
        guard let token = try file(identity.tokenFile)?.split(whereSeparator: \.isWhitespace).first else {
            throw CredentialError(origin, "the file is empty or does not exist")
        }
        let fields = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", identity.role),
            ("RoleSessionName", identity.sessionName), ("WebIdentityToken", String(token)),
        ]
        let request = HTTPRequest(
            method: "POST",
            url: endpoint.url,
            headers: [("Content-Type", SecurityTokens.contentType)],
            body: Array(PercentEncoding.form(fields.map { (name: $0.0, value: $0.1) }).utf8),
            timeout: .seconds(10),
            addresses: endpoint.addresses
        )
        let response: HTTPResponse
        do {
            response = try await http.perform(request).result.get()
        } catch {
            throw CredentialError(origin, "STS cannot be asked at \(endpoint.url.host): \(error)")
        }
        guard response.status == 200 else {
            throw CredentialError(origin, "STS: \(AWSFault(status: response.status, header: nil, body: response.body))")
        }
        return try read(response.body, origin)
    }

    /// Asks whose credentials they are; nobody needs a permission for it.
    ///
    /// - Parameter identity: Whose credentials sign.
    /// - Returns: The account and the ARN that AWS sees.
    /// - Throws: ``AWSFault``.
    package func callerIdentity(of identity: AWSIdentity) async throws(AWSFault) -> CallerIdentity {
        let body = try await client(identity).send(call([("Action", "GetCallerIdentity"), ("Version", "2011-06-15")]))
        let text = String(decoding: body, as: UTF8.self)
        guard let account = XMLText.first("Account", in: text), let arn = XMLText.first("Arn", in: text) else {
            throw AWSFault(.refused, detail: "STS answered without an identity")
        }
        return CallerIdentity(account: account, arn: arn)
    }

    private func client(_ identity: AWSIdentity) -> AWSClient {
        AWSClient(
            http: http,
            identity: identity,
            clock: clock,
            region: region,
            service: "sts",
            endpoint: endpoint
        )
    }

    private func call(_ fields: [(String, String)]) -> AWSClient.Call {
        AWSClient.Call(
            target: nil,
            contentType: SecurityTokens.contentType,
            body: Array(PercentEncoding.form(fields.map { (name: $0.0, value: $0.1) }).utf8)
        )
    }

    private func read(_ body: [UInt8], _ origin: String) throws(CredentialError) -> AWSCredentials {
        let text = String(decoding: body, as: UTF8.self)
        guard let id = XMLText.first("AccessKeyId", in: text), let secret = XMLText.first("SecretAccessKey", in: text),
            let token = XMLText.first("SessionToken", in: text),
            let expiresAt = XMLText.first("Expiration", in: text).flatMap(SourceDate.read)
        else { throw CredentialError(origin, "STS answered without credentials") }
        return AWSCredentials(
            accessKeyID: id,
            secretKey: Secret(secret),
            sessionToken: Secret(token),
            expiresAt: expiresAt
        )
    }
}
