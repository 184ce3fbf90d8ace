import CCurl
import Glibc

/// Applies an ``AddressPolicy`` to one transfer: when a socket is opened, and again when a connection is reused.
///
/// Owned by the transfer, which must keep it alive as long as the handle runs; used on the handle's thread only.
final class AddressGuard {
    private var policy: AddressPolicy
    private var host: String
    private(set) var refused: [IPAddress] = []
    private var opened = 0

    init(policy: AddressPolicy, host: String) {
        self.policy = policy
        self.host = host
    }

    /// Guards another transfer from now on.
    func begin(policy: AddressPolicy, host: String) {
        self.policy = policy
        self.host = host
        refused = []
        opened = 0
    }

    /// Whether there was nothing that might be reached, though something had been found.
    var hasRefused: Bool { refused.isEmpty == false && opened == 0 }

    /// What was refused, as a sentence for a person.
    var refusal: String {
        let addresses = refused.map(\.description).joined(separator: ", ")
        return "the host's address \(addresses) is not public, and the destination does not allow it (allowPrivate)"
    }

    /// Puts the guard on the handle. libcurl asks it for every socket, and before every request.
    func install(on handle: borrowing EasyHandle) throws(CurlError) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        try handle.onOpenSocket { context, _, address in
            guard let context, let address else { return CURL_SOCKET_BAD }
            return Unmanaged<AddressGuard>.fromOpaque(context).takeUnretainedValue().open(address)
        }
        try handle.setPointer(CURLOPT_OPENSOCKETDATA, me)
        // A reused connection opens no socket, so the peer it leads to is judged here.
        try handle.onPrerequest { context, peer, _, _, _ in
            guard let context, let peer else { return CURL_PREREQFUNC_ABORT }
            let isAllowed = Unmanaged<AddressGuard>.fromOpaque(context).takeUnretainedValue()
                .mayUse(String(cString: peer))
            return isAllowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        try handle.setPointer(CURLOPT_PREREQDATA, me)
    }

    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        // The field is declared as the short `sockaddr`, but libcurl allocates room for every family behind it.
        let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
        let found = IPAddress(
            socketAddress: UnsafeRawPointer(address).advanced(by: offset),
            family: address.pointee.family
        )
        guard let found else { return CURL_SOCKET_BAD }
        guard policy.allows(found, host: host) else {
            refused.append(found)
            return CURL_SOCKET_BAD
        }
        opened += 1
        let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, type, address.pointee.protocol)
    }

    private func mayUse(_ peer: String) -> Bool {
        guard let address = IPAddress(peer) else { return policy.allowsAll }
        if policy.allows(address, host: host) { return true }
        refused.append(address)
        opened = 0
        return false
    }
}
