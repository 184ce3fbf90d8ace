import HTTPTypes
import Hummingbird

/// The id under which a request is logged and answered.
enum RequestIdentity {
    /// The sender's `X-Request-Id` when it is 1 to 128 letters, digits and `-_.:/+=@`, else a new one.
    static func of(_ headers: HTTPFields) -> String {
        guard let given = headers[.requestID], (1...128).contains(given.utf8.count),
            given.utf8.allSatisfy(isAllowed)
        else { return RequestID().description }
        return given
    }

    /// The text with everything but visible ASCII replaced by `?`, so that it can stand in a log line or an answer.
    static func printable(_ text: String, limit: Int) -> String {
        String(
            decoding: text.utf8.prefix(limit).map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}
