/// Which addresses a request may reach, judged after name resolution.
///
/// Addresses that are not globally reachable (IANA special-purpose registries for IPv4 and IPv6: private, loopback,
/// link-local, metadata, multicast, documentation) are refused unless the policy allows them. The URL is not looked at:
/// `127.1`, `0x7f.1` and `::ffff:127.0.0.1` all end at loopback, and a public name can resolve to anything.
package struct AddressPolicy: Sendable, Hashable {
    /// Whether every address may be reached.
    package var allowsAll: Bool
    /// Hosts, as written in the URL and in lower case, whose addresses are not judged.
    package var hosts: Set<String>
    /// Blocks that may be reached although they are not public.
    package var blocks: Set<AddressBlock>

    package init(allowsAll: Bool = false, hosts: Set<String> = [], blocks: Set<AddressBlock> = []) {
        self.allowsAll = allowsAll
        self.hosts = hosts
        self.blocks = blocks
    }

    package static let publicOnly = AddressPolicy()
    package static let any = AddressPolicy(allowsAll: true)

    /// Whether a connection to the address may be made for a URL with this host.
    package func allows(_ address: IPAddress, host: String) -> Bool {
        if allowsAll || hosts.contains(host.lowercased()) { return true }
        let effective = address.effective
        if blocks.contains(where: { $0.contains(address) || $0.contains(effective) }) { return true }
        return AddressPolicy.special.contains { $0.contains(effective) } == false
    }

    /// What is not globally reachable, or is reachable only on this machine's own network. 168.63.129.16 looks public, but
    /// is where every machine on Azure finds its host's services, metadata among them (Microsoft Learn, "What is IP
    /// address 168.63.129.16?").
    private static let special: [AddressBlock] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "::/127", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/9", "ff00::/8",
    ].compactMap(AddressBlock.init)
}
