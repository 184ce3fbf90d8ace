import Store

/// Whose fault a status is, each decided once (RFC 9110 §15 and the IANA registry of status codes).
///
/// A status is the message's fault only when another message could be answered otherwise by what stands in it. All else
/// is the receiver's: to retry a message that will never be taken costs requests, to give one up that would have been
/// taken costs the message. So a status that nobody knows here is the receiver's fault too.
enum StatusMeaning: Sendable, Hashable {
    case taken
    /// The message's fault.
    case message(String)
    /// The receiver's fault and likely to pass.
    case receiver(ErrorClass, String)
    /// The receiver's or the address's fault, and likely to stay until a person does something.
    case address(ErrorClass, String)

    init(_ status: Int) {
        self =
            switch status {
            case 200..<300: .taken
            case 301, 308:
                .address(
                    .redirect,
                    "it has moved for good; redirects are not followed, set `url` to the new address"
                )
            case 300..<400: .receiver(.redirect, "a redirect, which is not followed")
            // 406 and 415 are also what filters say that have looked into the message.
            case 400, 406, 413, 415, 422: .message("the message is refused")
            case 401, 403, 407: .address(.authentication, "access is refused")
            case 402: .address(.destinationGone, "somebody has to pay before it takes messages")
            case 404, 405, 410: .address(.destinationGone, "nothing takes messages there")
            case 414: .address(.destinationGone, "the address is too long for it")
            case 451: .address(.destinationGone, "the law forbids it to take messages")
            case 408, 425: .receiver(.timeout, "try again")
            // 420 is no standard, and said for the same (Twitter's, "Enhance your calm").
            case 420, 429: .receiver(.rateLimited, "too many messages")
            case 409, 423, 424: .receiver(.serverError, "something there is in the way")
            case 421: .receiver(.serverError, "another server is responsible for that address")
            case 426: .receiver(.serverError, "it wants another version of HTTP or TLS")
            // About conditions, ranges, expectations and header fields, which are the same for every message.
            case 411, 412, 416, 417, 428, 431: .receiver(.serverError, "it does not take this kind of request")
            case 400..<500: .receiver(.serverError, "the message is not taken")
            default: .receiver(.serverError, "the receiver has failed")
            }
    }
}
