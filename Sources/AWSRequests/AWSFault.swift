import Findings

/// Why AWS did not do what it was asked for.
package struct AWSFault: Error, Sendable, Hashable {
    package var kind: Kind
    /// The word of the service (`AccessDenied`); empty where none came.
    package var code: String
    /// What is known, one line without secrets.
    package var detail: String

    /// What follows from it. Told by the word and not by the status: SQS says throttling with 400.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Too many requests.
        case throttled
        /// Too many messages in flight.
        case overLimit
        /// There are no credentials.
        case noCredentials
        /// The credentials are not, or no longer, taken.
        case expired
        /// The clocks are too far apart.
        case skewed
        /// The identity may not, or the key of the queue may not be used.
        case denied
        /// What was named does not exist, or may not be seen.
        case missing
        /// The receipt handle is none any more: the message comes again.
        case staleReceipt
        /// The request is wrong, or anything else that trying again does not help.
        case refused
        /// No answer, or one that says that the service itself fails.
        case unreachable
        /// The request went out, and the answer did not come, or not whole, within its time.
        case timedOut
        /// The answer is longer than what is taken.
        case cutOff
        /// Given up by whoever asked.
        case cancelled
    }

    package init(_ kind: Kind, code: String = "", detail: String) {
        self.kind = kind
        self.code = code
        self.detail = detail
    }
}

extension AWSFault: CustomStringConvertible {
    package var description: String { code.isEmpty ? detail : detail.isEmpty ? code : "\(code): \(detail)" }
}

extension AWSFault {
    /// Reads the error that a service answered with, as JSON or, as older protocols and proxies of the services do, as XML.
    ///
    /// - Parameters:
    ///   - status: Of the answer.
    ///   - header: The header `x-amzn-errortype`.
    ///   - body: Of the answer.
    init(status: Int, header: String?, body: [UInt8]) {
        let text = String(decoding: body.prefix(65_536), as: UTF8.self)
        var code = ""
        var message = ""
        do {
            let json = try JSONDocument.parse(body)
            code = json["__type"]?.string ?? json["code"]?.string ?? ""
            message = json["message"]?.string ?? json["Message"]?.string ?? ""
        } catch {
            code = XMLText.first("Code", in: text) ?? ""
            message = XMLText.first("Message", in: text) ?? ""
        }
        if code.isEmpty { code = header ?? "" }
        code = AWSFault.word(code)
        let kind = AWSFault.kind(code: code, message: message, status: status)
        self.init(kind, code: code, detail: AWSFault.shown(message, code: code, status: status))
    }

    /// `com.amazonaws.sqs#QueueDoesNotExist:http://…` is `QueueDoesNotExist`.
    private static func word(_ code: String) -> String {
        let name = code.split(separator: "#").last.map(String.init) ?? code
        let short = name.prefix { $0 != ":" && $0 != "," }
        return String(short.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }.prefix(100))
    }

    /// The message on one line. That of a signature repeats what was signed, the session token among it.
    private static func shown(_ message: String, code: String, status: Int) -> String {
        if signatureCodes.contains(code) {
            return isAboutTime(message)
                ? "the signature's time is not accepted" : "the signature is not accepted; is the secret key right"
        }
        if code.isEmpty { return "the answer was \(status) without a word that is known" }
        let line = message.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }.joined()
        return String(line.prefix(400))
    }

    private static let signatureCodes: Set<String> = [
        "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature", "IncompleteSignatureException",
    ]

    private static func isAboutTime(_ message: String) -> Bool {
        ["Signature expired", "Signature not yet current", "is not yet current", "is now earlier than"]
            .contains { message.contains($0) }
    }

    /// Words of SQS, STS and of what stands before every service (botocore's retry lists, and the services' API references,
    /// "Common Errors").
    static func kind(code: String, message: String, status: Int) -> Kind {
        switch code {
        case "RequestThrottled", "RequestThrottledException", "ThrottlingException", "Throttling", "ThrottledException",
            "TooManyRequestsException", "KmsThrottled", "KMS.ThrottlingException", "RequestLimitExceeded", "SlowDown",
            "BandwidthLimitExceeded", "PriorRequestNotComplete", "LimitExceededException":
            return .throttled
        case "OverLimit", "AWS.SimpleQueueService.OverLimit": return .overLimit
        case "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId",
            "InvalidAccessKeyId", "InvalidToken", "InvalidIdentityToken", "InvalidIdentityTokenException",
            "TokenRefreshRequired":
            return .expired
        case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture": return .skewed
        case _ where signatureCodes.contains(code): return isAboutTime(message) ? .skewed : .denied
        case "AccessDenied", "AccessDeniedException", "InvalidSecurity", "KmsAccessDenied", "KmsDisabled",
            "KmsNotFound",
            "KmsInvalidState", "KmsInvalidKeyUsage", "KmsOptInRequired", "KMS.AccessDeniedException",
            "KMS.DisabledException", "KMS.NotFoundException", "KMS.InvalidStateException", "KMS.OptInRequired",
            "OptInRequired", "IDPRejectedClaim", "RegionDisabledException", "NotAuthorized",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException":
            return .denied
        case "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue": return .missing
        case "ReceiptHandleIsInvalid", "MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight":
            return .staleReceipt
        case "InvalidParameterValue" where message.contains("receipt handle"): return .staleReceipt
        case "InternalFailure", "InternalError", "InternalServerError", "ServiceUnavailable",
            "ServiceUnavailableException", "IDPCommunicationError", "RequestTimeout", "RequestTimeoutException":
            return .unreachable
        default: return status >= 500 || status == 429 ? (status == 429 ? .throttled : .unreachable) : .refused
        }
    }
}
