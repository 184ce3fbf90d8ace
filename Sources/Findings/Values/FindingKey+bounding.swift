extension FindingKey {
    /// The longest key that is kept as it is; AWS's own ids end at 512 characters plus a product ARN.
    static let maximumLength = 1024

    /// The key for an id of any length: a longer one keeps its beginning and gets a digest of the whole, since ids may
    /// differ in the last character alone.
    ///
    /// - Parameters:
    ///   - id: The identity in words.
    ///   - content: Bytes that are part of the identity, for a source that gives no id.
    ///   - former: See ``former``.
    init(bounding id: String, _ content: ArraySlice<UInt8> = [], former: FindingKey? = nil) {
        guard id.utf8.count > FindingKey.maximumLength || content.isEmpty == false else {
            self.init(id, former: former?.rawValue)
            return
        }
        var digest = Digest()
        digest.add(id.utf8)
        digest.add(content)
        var head = id
        if head.utf8.count > FindingKey.maximumLength {
            head = String(decoding: id.utf8.prefix(FindingKey.maximumLength - 64), as: UTF8.self)
        }
        self.init("\(head)#\(String(digest.value, radix: 16))", former: former?.rawValue)
    }

    /// FNV-1a, 128 bits. Source: draft-eastlake-fnv, "The FNV Non-Cryptographic Hash Algorithm"; only those who may send
    /// findings could make two collide, and they could as well send the same id twice.
    private struct Digest {
        var value: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D

        mutating func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes {
                value ^= UInt128(byte)
                value &*= 0x0000_0000_0100_0000_0000_0000_0000_013B
            }
        }
    }
}
