import CurlClient
import FoundationEssentials
import Routing
import Store
import Triage

/// Sends notifications as mail, one message to one recipient.
struct EmailNotifier: TransportNotifier {
    private let client: SMTPClient
    private let secrets: SecretSource
    private let console: PublicAddress?

    /// - Parameters:
    ///   - client: Speaks with the relays.
    ///   - secrets: Where user names and passwords are read, anew for every attempt.
    ///   - console: Where people reach the console, if that is known.
    init(client: SMTPClient, secrets: SecretSource, console: PublicAddress?) {
        self.console = console
        self.client = client
        self.secrets = secrets
    }

    func deliver(_ notification: Notification, by settings: EmailSettings, to destination: Destination, now: Date) async
        -> Outcome
    {
        let recipient: MailAddress
        do {
            recipient = try MailAddress(notification.recipient ?? "")
        } catch {
            let evidence = Outcome.Evidence(errorClass: .recipientRefused, detail: "the recipient's address \(error)")
            return Outcome(.messageRefused, evidence)
        }
        let sender: MailAddress
        let credentials: SMTPSubmission.Credentials?
        do {
            sender = try MailAddress(settings.from)
        } catch {
            return .unusable("the address in \"from\" \(error)")
        }
        do {
            credentials = try self.credentials(settings)
        } catch {
            return .unusable("email: \(error)")
        }
        // Boxed: an inout of a value without a size stops the thread sanitizer of Swift 6.3.
        var generator: any RandomNumberGenerator = SystemRandomNumberGenerator()
        let message = EmailMessage(
            notification,
            destination: destination.name,
            from: sender,
            to: recipient,
            now: now,
            console: console,
            using: &generator
        )
        let timeout = destination.effectiveTimeout
        let exchange = await client.submit(
            SMTPSubmission(
                relay: SMTPRelay(host: settings.host, port: settings.port, security: settings.security),
                clientName: sender.domain,
                credentials: credentials,
                sender: sender.description,
                recipient: recipient.description,
                message: message.bytes,
                timeout: timeout,
                replyTimeout: min(timeout, .seconds(300)),
                addresses: AddressPolicy(destination.allowPrivate)
            )
        )
        return outcome(of: exchange, message: message, credentials: credentials)
    }

    private func credentials(_ settings: EmailSettings) throws -> SMTPSubmission.Credentials? {
        switch (settings.username, settings.password) {
        case (nil, nil): return nil
        case (let username?, let password?):
            guard settings.tls != .none || settings.isOnThisMachine else { throw EmailSettingsError.passwordInClear }
            return SMTPSubmission.Credentials(
                username: try secrets.resolve(username).exposed,
                password: try secrets.resolve(password).exposed
            )
        default: throw EmailSettingsError.halfOfTheCredentials
        }
    }

    private func outcome(
        of exchange: SMTPExchange,
        message: EmailMessage,
        credentials: SMTPSubmission.Credentials?
    ) -> Outcome {
        let verdict = SMTPVerdict(exchange)
        let redaction = EmailNotifier.redaction(credentials)
        let reply = redaction.excerpt(Array(exchange.reply.utf8))
        let timings = exchange.timings
        return Outcome(
            verdict.verdict,
            Outcome.Evidence(
                // Any other reply asked for more and answered nothing.
                status: exchange.status.flatMap { $0 >= 400 || verdict.verdict == .delivered ? $0 : nil },
                errorClass: verdict.errorClass,
                detail: verdict.detail.map(redaction.apply),
                peerAddress: exchange.peerAddress,
                timings: Attempt.Timings(
                    nameLookup: timings.nameLookup,
                    connect: timings.connect,
                    tls: timings.tls,
                    firstByte: timings.firstByte,
                    total: timings.total
                ),
                reply: reply.isEmpty ? nil : reply,
                rendered: verdict.verdict == .delivered ? nil : message.text
            )
        )
    }

    /// A relay may repeat what it was told, in clear or as AUTH sends it (RFC 4616 §2, base64).
    private static func redaction(_ credentials: SMTPSubmission.Credentials?) -> Redaction {
        guard let credentials else { return Redaction() }
        let (username, password) = (credentials.username, credentials.password)
        let said = ["\0\(username)\0\(password)", password, username]
        return Redaction(others: said.flatMap { [Secret($0), Secret(Data($0.utf8).base64EncodedString())] })
    }
}

/// Why mail settings cannot be used.
private enum EmailSettingsError: Error, CustomStringConvertible {
    case passwordInClear, halfOfTheCredentials

    var description: String {
        switch self {
        case .passwordInClear:
            "with \"tls\": \"none\" the password would cross the network unencrypted; use \"starttls\" or \"implicit\""
        case .halfOfTheCredentials: "\"username\" and \"password\" are given both or not at all"
        }
    }
}

extension EmailSettings {
    fileprivate var security: SMTPRelay.Security {
        switch tls {
        case .starttls: .startTLS
        case .implicit: .implicit
        case .none: .plain
        }
    }

    fileprivate var isOnThisMachine: Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || AddressBlock("127.0.0.0/8").flatMap { block in IPAddress(host).map(block.contains) } == true
    }
}
