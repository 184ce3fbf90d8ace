import Crypto
import CurlClient
import Findings
package import Routing

/// The name of a lane: a fingerprint of the resource behind a destination, from which no secret can be read.
package enum LaneKey {
    /// Destinations with one key share one lane: see ``TransportSettings/resource``. A URL that cannot be read gives a lane
    /// of the destination's own.
    ///
    /// - Parameters:
    ///   - destination: As configured now.
    ///   - secrets: Where its URL is looked up.
    /// - Returns: 64 lowercase hexadecimal digits.
    package static func of(_ destination: Destination, secrets: SecretSource) -> String {
        switch destination.transport.settings.resource {
        case .url(let url): web(url, destination, secrets)
        case .named(let name): hash(name)
        }
    }

    private static func web(_ reference: SecretReference, _ destination: Destination, _ secrets: SecretSource) -> String
    {
        do {
            let url = try WebURL(secrets.resolve(reference).exposed)
            return hash("\(url.scheme)://\(url.host):\(url.port)\(url.path)")
        } catch {
            // The notifier says what is wrong with the URL; here it only has to stay apart from every other.
            return hash("destination \(destination.name)")
        }
    }

    private static func hash(_ text: String) -> String { SHA256.hash(data: Array(text.utf8)).hex }
}
