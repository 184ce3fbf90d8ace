import Findings
import FoundationEssentials
import HTTPSurface
import Logging

/// What an SNS message needs before it is let in.
///
/// A message of a topic that `snsTopics` lists must carry SNS's own signature, whoever presents it; then it needs no
/// other credential. A notification of an unlisted topic counts as any other body: it is let in on the sender's token
/// alone, since its signature proves nothing that was asked for. Subscriptions are confirmed for listed topics only.
struct SNSDoor: Sendable {
    private let certificates: SigningCertificates
    private let fetch: SigningCertificates.Fetch

    /// - Parameter fetch: GETs a URL of SNS; see ``SigningCertificates/Fetch``.
    init(fetch: @escaping SigningCertificates.Fetch) {
        certificates = SigningCertificates(fetch: fetch)
        self.fetch = fetch
    }

    /// What follows once a message is let in.
    enum Entry: Sendable, Hashable {
        /// Its content is to be accepted; by whose word.
        case content(Caller)
        /// It was about the subscription itself, and all that is to be done is done.
        case handled(String)
    }

    /// Lets a message in or refuses it.
    ///
    /// - Parameters:
    ///   - message: As received.
    ///   - caller: Whose token the request presented; `nil` for none.
    ///   - topics: The listed topics.
    ///   - now: The time of arrival.
    ///   - logger: Hears of confirmations and of topics that unsubscribed us.
    /// - Returns: What is to be done with it.
    /// - Throws: ``SNSRefusal`` when it is not believed, for now when that ``SNSRefusal/mayPass``;
    ///   ``CertificateUnavailable`` or ``ConfirmationFailed`` when SNS should send it again.
    func admit(
        _ message: SNSEnvelope,
        from caller: Caller?,
        topics: [String],
        now: Date,
        logger: Logger
    ) async throws -> Entry {
        guard topics.contains(message.topicARN) else {
            if let caller, message.type == .notification { return .content(caller) }
            throw SNSRefusal.topicNotListed
        }
        guard let url = SNSURL(certificate: message.signingCertURL) else { throw SNSRefusal.certificateURLNotSNS }
        do {
            try SNSSignature.verify(message, with: try await certificates.certificate(at: url), now: now)
        } catch let refusal as SNSRefusal where refusal == .certificateNotValid {
            // SNS may have put a newer one in its place since.
            await certificates.forget(url)
            throw refusal
        }
        // Whoever holds a token may send a saved message again; its redelivery key tells that it is one. After the
        // signature, so that only SNS's own messages are asked for again.
        if caller == nil { try SNSSignature.requireFresh(message, now: now) }
        switch message.type {
        case .notification: return .content(Caller(name: "sns"))
        case .subscriptionConfirmation:
            try await confirm(message, logger)
            return .handled("the subscription was confirmed")
        case .unsubscribeConfirmation:
            logger.warning(
                "an SNS topic no longer sends to this server; subscribe again if that was not intended",
                metadata: ["topic": .string(message.topicARN)]
            )
            return .handled("the end of the subscription was noted")
        }
    }

    private func confirm(_ message: SNSEnvelope, _ logger: Logger) async throws {
        guard let url = message.subscribeURL.flatMap(SNSURL.init(subscription:)) else {
            throw SNSRefusal.subscribeURLNotSNS
        }
        do {
            _ = try await fetch(url.description)
        } catch {
            throw ConfirmationFailed(reason: String(describing: error))
        }
        logger.notice("an SNS subscription was confirmed", metadata: ["topic": .string(message.topicARN)])
    }
}

/// The call that confirms a subscription failed; SNS should ask again.
struct ConfirmationFailed: Error, CustomStringConvertible {
    let reason: String

    var description: String { "the subscription could not be confirmed: \(reason)" }
}
