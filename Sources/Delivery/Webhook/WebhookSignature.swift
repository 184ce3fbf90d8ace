import Crypto
import FoundationEssentials
package import Routing

/// Signatures of the Standard Webhooks scheme, version 1 (standard-webhooks specification, "Signature scheme").
package enum WebhookSignature {
    /// The value of the `webhook-signature` header: `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`, once per
    /// secret, so that a receiver keeps verifying while a secret is being replaced.
    ///
    /// - Parameters:
    ///   - id: The `webhook-id` header.
    ///   - timestamp: The `webhook-timestamp` header, whole seconds since 1970.
    ///   - body: The bytes of the body.
    ///   - secret: One or more secrets separated by spaces; after `whsec_` stands base64, any other text is the key itself.
    /// - Returns: The header's value, or `nil` when a `whsec_` secret is not base64 or there is no secret at all.
    package static func sign(id: String, timestamp: Int, body: [UInt8], secret: Secret) -> String? {
        var signatures: [String] = []
        for word in secret.exposed.split(whereSeparator: \.isWhitespace) {
            guard let key = key(String(word)) else { return nil }
            var code = HMAC<SHA256>(key: SymmetricKey(data: key))
            code.update(data: Array("\(id).\(timestamp).".utf8))
            code.update(data: body)
            signatures.append("v1,\(Data(code.finalize()).base64EncodedString())")
        }
        return signatures.isEmpty ? nil : signatures.joined(separator: " ")
    }

    private static func key(_ word: String) -> Data? {
        guard word.hasPrefix("whsec_") else { return Data(word.utf8) }
        var encoded = String(word.dropFirst("whsec_".count))
        while encoded.utf8.count.isMultiple(of: 4) == false { encoded += "=" }
        guard let key = Data(base64Encoded: encoded), key.isEmpty == false else { return nil }
        return key
    }
}
