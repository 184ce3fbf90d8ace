import Findings
import FoundationEssentials
import Store

extension QuarantineRecord {
    /// How many of its bytes are shown in a listing.
    private static let shown = 1_024

    /// Its size and its beginning.
    var json: JSONValue {
        [
            "id": .integer(Int(id)),
            "receivedAt": .string(receivedAt.iso8601),
            "reason": .string(reason),
            "size": .integer(bytes.count),
            "beginning": .string(String(decoding: bytes.prefix(QuarantineRecord.shown), as: UTF8.self)),
            "isTruncated": .bool(bytes.count > QuarantineRecord.shown),
        ]
    }

    /// The same, and every byte that is kept, in Base64.
    var whole: JSONValue {
        guard case .object(let members) = json else { return json }
        return .object(members + [.init("base64", .string(Data(bytes).base64EncodedString()))])
    }
}
