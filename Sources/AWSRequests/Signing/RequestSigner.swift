import Crypto
import Findings
package import FoundationEssentials
import Routing

/// Signs requests by AWS Signature Version 4 (IAM user guide, "AWS Signature Version 4 for API requests").
package struct RequestSigner: Sendable {
    package var credentials: AWSCredentials
    package var region: String
    /// The name that a service signs with, which need not be that of its host.
    package var service: String
    /// True for every service but S3, which neither normalises paths nor encodes them a second time.
    package var isPathEncodedTwice: Bool

    package init(credentials: AWSCredentials, region: String, service: String, isPathEncodedTwice: Bool = true) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.isPathEncodedTwice = isPathEncodedTwice
    }

    /// What a signature was made of.
    package struct Signature: Sendable {
        package var canonicalRequest: String
        package var stringToSign: String
        /// The value of the header `Authorization`.
        package var authorization: String
    }

    /// Signs the request.
    ///
    /// - Parameters:
    ///   - request: Gets the headers `X-Amz-Date`, `X-Amz-Security-Token` where the credentials have one, and
    ///     `Authorization`. What is added to it afterwards is not covered.
    ///   - date: Now, by AWS's clock: it tolerates 5 minutes.
    /// - Returns: What was signed.
    @discardableResult
    package func sign(_ request: inout SignableRequest, at date: Date) -> Signature {
        let moment = RequestSigner.text(date)
        request.set("X-Amz-Date", moment)
        if let token = credentials.sessionToken { request.set("X-Amz-Security-Token", token.exposed) }
        let canonical = CanonicalRequest(request, isPathEncodedTwice: isPathEncodedTwice)
        let day = String(moment.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let digest = SHA256.hash(data: Array(canonical.text.utf8)).hex
        let stringToSign = "AWS4-HMAC-SHA256\n\(moment)\n\(scope)\n\(digest)"
        var key = SymmetricKey(data: Array("AWS4\(credentials.secretKey.exposed)".utf8))
        for word in [day, region, service, "aws4_request"] { key = SymmetricKey(data: mac(word, key)) }
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(canonical.signedHeaders), Signature=\(mac(stringToSign, key).hex)"
        request.set("Authorization", authorization)
        return Signature(
            canonicalRequest: canonical.text,
            stringToSign: stringToSign,
            authorization: authorization
        )
    }

    private func mac(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    /// `20150830T123600Z`.
    static func text(_ date: Date) -> String {
        String(date.formatted(.iso8601).filter { $0 != "-" as Character && $0 != ":" as Character })
    }
}
