import CurlClient
import Testing

@Suite("Which addresses may be reached")
struct AddressPolicyTests {
    @Test(
        "an address that is not public is refused, whatever its spelling",
        arguments: [
            "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
            "169.254.169.254", "192.0.0.8", "198.18.0.1", "198.19.255.255", "224.0.0.1", "240.0.0.1", "255.255.255.255",
            "0.0.0.0", "0.1.2.3", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
            "ff02::1", "2001:db8::1", "168.63.129.16", "::ffff:168.63.129.16", "64:ff9b::a83f:8110",
        ]
    )
    func refused(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy.publicOnly.allows(address, host: "example.com") == false)
        #expect(AddressPolicy.any.allows(address, host: "example.com"))
    }

    @Test(
        "a public address is allowed",
        arguments: [
            "8.8.8.8", "52.95.110.1", "172.32.0.1", "172.15.255.255", "100.128.0.1", "192.0.1.1", "198.20.0.1",
            "223.255.255.255", "168.63.129.15", "168.63.129.17", "2600:1f18::1", "2a00:1450:4001::1", "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ]
    )
    func allowed(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy.publicOnly.allows(address, host: "example.com"))
    }

    @Test("a listed block is allowed, also behind a mapped address, and nothing beside it")
    func blocks() throws {
        let policy = AddressPolicy(blocks: [try #require(AddressBlock("10.8.0.0/13"))])
        #expect(policy.allows(try #require(IPAddress("10.15.255.255")), host: "h"))
        #expect(policy.allows(try #require(IPAddress("::ffff:10.8.0.1")), host: "h"))
        #expect(policy.allows(try #require(IPAddress("10.16.0.0")), host: "h") == false)
        #expect(policy.allows(try #require(IPAddress("10.7.255.255")), host: "h") == false)
    }

    @Test("a listed host is allowed in any case, and no other host")
    func hosts() throws {
        let policy = AddressPolicy(hosts: ["chat.internal"])
        let address = try #require(IPAddress("10.0.0.1"))
        #expect(policy.allows(address, host: "Chat.Internal"))
        #expect(policy.allows(address, host: "evil.chat.internal") == false)
    }

    @Test(
        "what is no block is not read as one",
        arguments: ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10/8", "::/129", "host", "10.0.0.0/8/8"]
    )
    func noBlock(text: String) { #expect(AddressBlock(text) == nil) }

    @Test("addresses print canonically", arguments: [("10.0.0.1", "10.0.0.1"), ("2001:DB8:0::1", "2001:db8::1")])
    func printing(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }
}
