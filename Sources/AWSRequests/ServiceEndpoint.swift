package import CurlClient
import Findings

/// Where a service is asked, and which addresses may be reached for it.
package struct ServiceEndpoint: Sendable, Hashable {
    package var url: WebURL
    package var addresses: AddressPolicy

    /// - Parameters:
    ///   - host: Of AWS; it may resolve to a private address, as an interface endpoint with private DNS does.
    ///   - override: A URL without a path in its place, whose addresses are not judged: an operator wrote it.
    /// - Throws: When that is no URL.
    package init(host: String, override: String? = nil) throws(WebURLError) {
        url = try WebURL(override ?? "https://\(host)")
        addresses =
            override == nil
            ? AddressPolicy(blocks: ServiceEndpoint.privateBlocks)
            : AddressPolicy(blocks: ServiceEndpoint.privateBlocks).allowing(url.host)
    }

    /// Private networks (RFC 1918, RFC 6598, RFC 4193); not loopback, and not the link-local metadata services.
    private static let privateBlocks = Set(
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"].compactMap(AddressBlock.init)
    )

    /// What the header `Host` says: the port only where it is not the scheme's own, as libcurl sends it.
    package var hostHeader: String {
        let name = url.host.contains(":") ? "[\(url.host)]" : url.host
        return url.port == (url.scheme == "https" ? 443 : 80) ? name : "\(name):\(url.port)"
    }

    /// The host of STS in a Region: the regional one, since the global one is another Region's and cannot be reached from
    /// private networks.
    package static func tokensHost(region: String, isFIPS: Bool) -> String {
        let partition = Partition(region: region)
        // GovCloud's plain hosts are FIPS (endpoint rule sets of the SDKs).
        let service = isFIPS && partition != .govCloud ? "sts-fips" : "sts"
        return "\(service).\(region).\(partition.dnsSuffix)"
    }
}

extension AddressPolicy {
    fileprivate func allowing(_ host: String) -> AddressPolicy {
        var policy = self
        policy.hosts.insert(host)
        return policy
    }
}
