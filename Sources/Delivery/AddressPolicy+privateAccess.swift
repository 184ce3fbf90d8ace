package import CurlClient
package import Routing

extension AddressPolicy {
    /// What a destination may reach, as `allowPrivate` says it: addresses and CIDR blocks, and host names,
    /// which are all the words that are neither.
    package init(_ access: PrivateAccess) {
        switch access {
        case .none: self = .publicOnly
        case .all: self = .any
        case .only(let words):
            let blocks = words.compactMap { CurlClient.AddressBlock($0) }
            let hosts = words.filter { CurlClient.AddressBlock($0) == nil }.map { $0.lowercased() }
            self.init(hosts: Set(hosts), blocks: Set(blocks))
        }
    }
}
