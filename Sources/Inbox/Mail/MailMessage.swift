/// A mail taken apart for reading: RFC 5322 headers and the MIME parts (RFC 2045, 2046, 2047) a reader would see.
package struct MailMessage: Sendable, Hashable {
    /// As received, dot-stuffing removed.
    package var raw: [UInt8]
    /// In the order written, unfolded, encoded words decoded.
    package var headers: [HTTPPost.Header]
    /// The first text/plain part.
    package var text: String?
    /// The first text/html part.
    package var html: String?
    /// The other parts, e.g. `application/pdf, 3120 bytes`.
    package var otherParts: [String]
    /// What a strict receiver would object to, in words.
    package var defects: [String]

    package var subject: String? { header("Subject") }
    package var from: String? { header("From") }
    package var to: String? { header("To") }

    /// The first header with this name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Takes a mail apart. Never fails: what cannot be understood is named in ``defects``.
    package init(_ raw: [UInt8]) {
        self.raw = raw
        otherParts = []
        let entity = MIMEEntity(raw[...])
        headers = entity.headers.map { HTTPPost.Header($0.name, EncodedWords.decode($0.value)) }
        defects = Self.defects(of: raw, entity)
        collect(entity, depth: 0)
    }

    private mutating func collect(_ entity: MIMEEntity, depth: Int) {
        let type = entity.contentType
        if type.value.hasPrefix("multipart/") {
            guard let boundary = type.parameters["boundary"], depth < 8 else {
                defects.append("a multipart without a boundary, or too many inside one another")
                return
            }
            let (parts, isClosed) = entity.parts(boundary: boundary)
            if !isClosed { defects.append("the closing boundary \"--\(boundary)--\" is missing") }
            for part in parts.prefix(50) { collect(part, depth: depth + 1) }
        } else if type.value == "text/plain", text == nil {
            text = entity.text
        } else if type.value == "text/html", html == nil {
            html = entity.text
        } else {
            otherParts.append("\(type.value), \(entity.decodedBody.count) bytes")
        }
        if entity.isBadBase64 { defects.append("a \(type.value) part is not valid base64") }
    }

    /// What RFC 5321 §2.3.8 and §4.5.3.1.6 and RFC 5322 §3.6 forbid or require.
    private static func defects(of raw: [UInt8], _ entity: MIMEEntity) -> [String] {
        var defects: [String] = []
        var lineStart = 0
        var bare = false
        var long = false
        for (index, byte) in raw.enumerated() where byte == 0x0A || byte == 0x0D {
            if byte == 0x0A {
                if index == 0 || raw[index - 1] != 0x0D { bare = true }
                if index - lineStart > 999 { long = true }
                lineStart = index + 1
            } else if index + 1 == raw.count || raw[index + 1] != 0x0A {
                bare = true
            }
        }
        if bare { defects.append("a CR or LF stands alone; lines end with both") }
        if long || raw.count - lineStart > 998 { defects.append("a line is longer than 998 octets") }
        for name in ["Date", "From"] where entity.header(name) == nil { defects.append("no \(name) header") }
        if entity.header("Message-ID") == nil { defects.append("no Message-ID header") }
        for name in ["Date", "From", "To", "Subject", "Message-ID"]
        where entity.headers.filter({ $0.name.lowercased() == name.lowercased() }).count > 1 {
            defects.append("more than one \(name) header")
        }
        if entity.headers.contains(where: { $0.value.utf8.contains { $0 > 0x7E } }) {
            defects.append("a header holds 8-bit characters that are not encoded")
        }
        return defects
    }
}
