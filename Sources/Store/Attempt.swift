package import FoundationEssentials

/// One try to deliver a notification, kept as evidence.
package struct Attempt: Sendable, Hashable, Codable {
    package var notification: String
    /// 1-based.
    package var number: Int
    package var startedAt: Date
    package var finishedAt: Date
    package var verdict: Verdict
    /// HTTP status or SMTP reply code; `nil` when there was no reply.
    package var status: Int?
    /// A bounded word for metrics and people, e.g. `rate_limited`, `connect`, `tls`, `timeout`, `refused_message`.
    package var errorClass: String?
    /// What went wrong, one sentence without secrets.
    package var detail: String?
    package var peerAddress: String?
    package var timings: Timings?
    /// The beginning of the reply, at most 1,024 bytes, control characters and secrets removed.
    package var reply: String?
    /// What happens next, when something does.
    package var nextDueAt: Date?

    package init(
        notification: String,
        number: Int,
        startedAt: Date,
        finishedAt: Date,
        verdict: Verdict,
        status: Int? = nil,
        errorClass: String? = nil,
        detail: String? = nil,
        peerAddress: String? = nil,
        timings: Timings? = nil,
        reply: String? = nil,
        nextDueAt: Date? = nil
    ) {
        self.notification = notification
        self.number = number
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.verdict = verdict
        self.status = status
        self.errorClass = errorClass
        self.detail = detail
        self.peerAddress = peerAddress
        self.timings = timings
        self.reply = reply
        self.nextDueAt = nextDueAt
    }

    package enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
        case delivered
        /// The receiver or the way there failed; tried again.
        case failed
        /// The receiver refused this message for good.
        case refused
        /// Nobody knows whether the receiver acted: the process ended or the reply was lost.
        case uncertain
    }

    /// Seconds since the attempt began, as libcurl measures them (`CURLINFO_*_TIME_T`); 0 for a step that was skipped.
    package struct Timings: Sendable, Hashable, Codable {
        package var nameLookup: Double
        package var connect: Double
        package var tls: Double
        package var firstByte: Double
        package var total: Double

        package init(nameLookup: Double, connect: Double, tls: Double, firstByte: Double, total: Double) {
            self.nameLookup = nameLookup
            self.connect = connect
            self.tls = tls
            self.firstByte = firstByte
            self.total = total
        }
    }
}
