package import FoundationEssentials

package struct QuarantineRecord: Sendable, Hashable {
    package var id: Int64
    package var receivedAt: Date
    package var reason: String
    package var bytes: [UInt8]

    package init(id: Int64, receivedAt: Date, reason: String, bytes: [UInt8]) {
        self.id = id
        self.receivedAt = receivedAt
        self.reason = reason
        self.bytes = bytes
    }
}
