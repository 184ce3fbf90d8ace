import CurlClient
import Findings
import FoundationEssentials
import Store

/// What a reply or a failure of HTTP means for delivery, where the receiver's own words do not say more.
struct HTTPVerdict: Sendable, Hashable {
    var verdict: Outcome.Verdict
    var errorClass: ErrorClass?
    /// One sentence, without secrets, for whoever reads the attempts log; `nil` when all is well.
    var detail: String?
    /// Whether the receiver gave a reason that is in no list of ours.
    var isUnknownWord = false

    static let delivered = HTTPVerdict(verdict: .delivered)

    init(verdict: Outcome.Verdict, errorClass: ErrorClass? = nil, detail: String? = nil, isUnknownWord: Bool = false) {
        self.verdict = verdict
        self.errorClass = errorClass
        self.detail = detail
        self.isUnknownWord = isUnknownWord
    }

    /// By status code alone: see ``StatusMeaning``.
    init(_ response: HTTPResponse, now: Date) {
        let status = response.status
        let wait = RetryAfter.parse(response.header("retry-after"), now: now)
        func answer(_ words: String) -> String { "the receiver answered \(status): \(words)" }
        switch StatusMeaning(status) {
        case .taken: self = .delivered
        case .message(let words):
            self.init(verdict: .messageRefused, errorClass: .messageRefused, detail: answer(words))
        case .address(let errorClass, let words):
            self.init(verdict: .destinationGone, errorClass: errorClass, detail: answer(words))
        case .receiver(let errorClass, let words):
            let rest = errorClass == .rateLimited ? wait.map { ", wait \($0.components.seconds) s" } : nil
            self.init(
                verdict: .destinationFailed(retryAfter: wait),
                errorClass: errorClass,
                detail: answer(words + (rest ?? ""))
            )
        }
    }

    /// By what libcurl says of a transfer without a complete reply.
    init(_ error: CurlError) {
        let failed = Outcome.Verdict.destinationFailed(retryAfter: nil)
        let detail = error.description
        switch error.kind {
        case .nameLookup: self.init(verdict: failed, errorClass: .nameLookup, detail: detail)
        case .connect: self.init(verdict: failed, errorClass: .connect, detail: detail)
        case .tls: self.init(verdict: failed, errorClass: .tls, detail: detail)
        case .timeout: self.init(verdict: failed, errorClass: .timeout, detail: detail)
        case .network, .resources, .cancelled: self.init(verdict: failed, errorClass: .network, detail: detail)
        case .uncertain: self.init(verdict: .uncertain, errorClass: .replyLost, detail: detail)
        case .addressRefused: self.init(verdict: .destinationGone, errorClass: .addressRefused, detail: detail)
        case .certificate: self.init(verdict: .destinationGone, errorClass: .tls, detail: detail)
        case .login: self.init(verdict: .destinationGone, errorClass: .authentication, detail: detail)
        case .configuration: self.init(verdict: .destinationGone, errorClass: .configuration, detail: detail)
        }
    }
}

/// The Retry-After header (RFC 9110 §10.2.3).
enum RetryAfter {
    /// How long to wait, 0 or more; `nil` when the header is missing or neither whole seconds nor an HTTP date.
    ///
    /// Fractions of a second, which Discord sends, are rounded up.
    static func parse(_ value: String?, now: Date) -> Duration? {
        guard let value = value.map({ ShownText.clean($0, isSingleLine: true) }), value.isEmpty == false else {
            return nil
        }
        if let seconds = Double(value) {
            guard seconds.isFinite, seconds >= 0 else { return nil }
            return .seconds(Int64(min(seconds, 1e9).rounded(.up)))
        }
        guard let date = date(value) else { return nil }
        return .seconds(Int64(max(0, min(date.timeIntervalSince(now), 1e9)).rounded(.up)))
    }

    /// An IMF-fixdate (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), (1...31) ~= day,
            let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]), (1970...9999) ~= year
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0..<24) ~= clock[0], (0..<60) ~= clock[1], (0...60) ~= clock[2] else { return nil }
        let days = CivilDate.daysSince1970(year, month + 1, day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
