import CurlClient
import Findings
import FoundationEssentials
import Routing

/// Takes the secrets of a destination out of text that is kept or logged: a receiver may echo what it was sent.
struct Redaction: Sendable {
    /// In lower case, longest first, so that a part never breaks up the whole before it is found.
    private let secrets: [[UInt8]]

    /// - Parameters:
    ///   - url: The webhook URL: every part but the host is secret, also in the forms in which it goes over the wire.
    ///   - others: Tokens, signing secrets, header values.
    init(url: WebURL? = nil, others: [Secret] = []) {
        var found: Set<String> = Set(others.map(\.exposed))
        for other in others {
            let words = other.exposed.split(separator: " ").map(String.init)
            found.formUnion(words)
            // `Basic` and what follows: a receiver that takes it apart echoes the name and the password.
            if words.first?.lowercased() == "basic", let last = words.last { found.formUnion(Redaction.login(last)) }
        }
        if let url {
            found.insert(url.text)
            found.insert(url.path)
            found.formUnion(url.path.split(separator: "/").map(String.init))
            if let query = url.query {
                found.insert(query)
                found.formUnion(
                    query.split(separator: "&").compactMap { $0.split(separator: "=").last.map(String.init) }
                )
            }
            if let user = url.user {
                // libcurl sends it as a header of its own (RFC 7617 §2).
                let login = "\(user):\(url.password ?? "")"
                let encoded = Data(login.utf8).base64EncodedString()
                found.formUnion([login, encoded, String(encoded.prefix { $0 != "=" }), user])
                if let password = url.password { found.insert(password) }
                if let written = url.writtenLogin { found.insert(written) }
            }
            for part in found {
                if let plain = Redaction.decoded(part) { found.insert(plain) }
            }
        }
        // Shorter parts are words such as `hooks` or `v1`, which give nothing away and occur anywhere.
        let least = 6
        var long = found.filter { $0.utf8.count >= least }
        // A password is a secret however short it is; one of a letter or two would blot out every text.
        if let password = url?.password, password.utf8.count >= 3 { long.insert(password) }
        secrets = long.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
            .map { $0.utf8.map(Redaction.lowered) }
    }

    /// The name and the password in what Basic authentication sends.
    private static func login(_ encoded: String) -> [String] {
        guard let data = Data(base64Encoded: encoded) else { return [] }
        let login = String(decoding: data, as: UTF8.self)
        return [login] + login.split(separator: ":", maxSplits: 1).map(String.init)
    }

    /// The text without percent-encoding, when it has any.
    private static func decoded(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return nil }
        return String(decoding: text.utf8.percentDecoded(), as: UTF8.self)
    }

    static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A) ~= byte ? byte | 0x20 : byte }

    /// The text with each secret replaced by `<secret>`, whichever case it is echoed in.
    func apply(_ text: String) -> String {
        var bytes = Array(text.utf8)
        var lowered = bytes.map(Redaction.lowered)
        var hasChanged = false
        for secret in secrets {
            guard let first = secret.first, lowered.count >= secret.count else { continue }
            var kept: [UInt8] = []
            var from = 0
            var at = 0
            while at <= lowered.count - secret.count {
                guard lowered[at] == first, lowered[at..<(at + secret.count)].elementsEqual(secret) else {
                    at += 1
                    continue
                }
                kept += bytes[from..<at] + Array("<secret>".utf8)
                at += secret.count
                from = at
            }
            guard from > 0 else { continue }
            bytes = kept + bytes[from...]
            lowered = bytes.map(Redaction.lowered)
            hasChanged = true
        }
        return Redaction.withoutEncoded(hasChanged ? String(decoding: bytes, as: UTF8.self) : text, secrets)
    }

    /// The beginning of a reply as it is kept: no secrets, no control characters, at most 1,024 bytes.
    func excerpt(_ body: [UInt8]) -> String {
        // Redacted before it is cut: half a secret is still one, which may also stand where the reply itself was cut. And
        // once more after it was cleaned, since an invisible character inside a secret hides it only until then.
        // A byte of it may be written as `\u0041`.
        let longest = 6 * (secrets.first?.count ?? 0)
        let isCut = body.count > 8192
        let text = apply(ShownText.clean(apply(String(decoding: body.prefix(8192), as: UTF8.self))))
        let whole = isCut ? text.utf8.count - min(longest, text.utf8.count) : text.utf8.count
        var kept = ""
        var size = 0
        for scalar in text.unicodeScalars {
            size += UTF8.width(scalar)
            if size > min(1024, whole) { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept
    }
}
