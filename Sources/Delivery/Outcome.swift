package import Store
package import Triage

/// What became of one attempt: a value, since a failed delivery is an answer and not an error.
package struct Outcome: Sendable, Hashable {
    package var verdict: Verdict
    package var evidence: Evidence
    /// Whether the message is to blame, however the answer sounds, since others got through after it had failed.
    package var failsAlone = false

    package init(_ verdict: Verdict, _ evidence: Evidence) {
        self.verdict = verdict
        self.evidence = evidence
    }

    /// Whether only this destination is to blame, and no other that shares its resource.
    package var isOwnFault: Bool {
        guard case .destinationGone = verdict else { return false }
        return evidence.errorClass == .configuration || evidence.errorClass == .addressRefused
    }

    /// Why the destination looks gone, for people.
    package var goneReason: String { evidence.detail ?? "the destination is gone" }

    package enum Verdict: Sendable, Hashable {
        case delivered
        /// The message's fault: the receiver will never take this rendering (400, 413, 422, SMTP 55x for the address).
        case messageRefused
        /// The destination's fault and likely to pass: network, TLS handshake, 429, 5xx, SMTP 421 and 4xx to what
        /// comes before the recipient. The lane backs off, at least for `retryAfter`.
        case destinationFailed(retryAfter: Duration?)
        /// One recipient's fault and likely to pass: SMTP 4xx to RCPT or to the message. That recipient rests, and nobody else.
        case recipientFailed(retryAfter: Duration?)
        /// The destination's fault and not likely to pass by itself: 401, 403, 404, 410, `no_service`, wrong password,
        /// a forbidden address, an unreadable secret. One message tries now and then; the others go to the fallback.
        case destinationGone
        /// The message was handed over and the answer is unknown; sent again with the same id.
        case uncertain
    }

    /// What the attempts log keeps; see ``Attempt`` for the meaning of each field.
    package struct Evidence: Sendable, Hashable {
        package var status: Int?
        package var errorClass: ErrorClass?
        package var detail: String?
        package var peerAddress: String?
        package var timings: Attempt.Timings?
        /// At most 1,024 bytes, without secrets.
        package var reply: String?
        /// The message as it was sent, without secrets; kept when the notification dies.
        package var rendered: String?
        /// Where the message stands, if it began its conversation and the destination told.
        package var posted: Notification.Posted?

        package init(
            status: Int? = nil,
            errorClass: ErrorClass? = nil,
            detail: String? = nil,
            peerAddress: String? = nil,
            timings: Attempt.Timings? = nil,
            reply: String? = nil,
            rendered: String? = nil,
            posted: Notification.Posted? = nil
        ) {
            self.status = status
            self.errorClass = errorClass
            self.detail = detail
            self.peerAddress = peerAddress
            self.timings = timings
            self.reply = reply
            self.rendered = rendered
            self.posted = posted
        }
    }
}

/// The bounded set of reasons for a failed attempt; the raw value is a metric label.
package enum ErrorClass: String, Sendable, Hashable, CaseIterable {
    case nameLookup = "name_lookup"
    case connect
    case tls
    case timeout
    case network
    /// The address is private and the destination may not reach it.
    case addressRefused = "address_refused"
    case rateLimited = "rate_limited"
    case serverError = "server_error"
    case authentication
    /// The webhook, channel or mailbox host is gone or disabled.
    case destinationGone = "destination_gone"
    case messageRefused = "message_refused"
    /// SMTP: this address was refused.
    case recipientRefused = "recipient_refused"
    /// SMTP: this address is not taken now.
    case recipientDeferred = "recipient_deferred"
    case redirect
    case replyLost = "reply_lost"
    /// The destination cannot be used as configured: a secret that cannot be read, a URL that is none.
    case configuration
}

extension Outcome {
    /// Nothing was sent, since the destination cannot be used as it is configured: the operator's to mend, and no fault of
    /// the message.
    ///
    /// - Parameter reason: Names the setting, never a secret.
    /// - Returns: An outcome of that kind.
    static func unusable(_ reason: String) -> Outcome {
        Outcome(.destinationGone, Evidence(errorClass: .configuration, detail: reason))
    }
}
