import Delivery

extension PublicAddress {
    /// An address as long as one may be.
    static func longest() throws -> PublicAddress {
        let start = "https://noroshi.example.com/"
        return try PublicAddress(start + String(repeating: "p", count: 200 - start.utf8.count))
    }
}
