/// The lines between DATA and the final dot, with the doubled dots made single again (RFC 5321 §4.5.2).
///
/// Only CRLF ends a line: a bare LF is content, so that `LF . LF` ends nothing.
struct DotStuffing: Sendable {
    private enum State {
        case lineStart, text, carriageReturn
        /// A dot at the start of a line, and perhaps a CR after it.
        case dot, dotCarriageReturn
    }

    private(set) var content: [UInt8] = []
    /// True once the mail was too large: the rest is read and not kept.
    private(set) var isDiscarded = false
    private var state = State.lineStart

    /// Gives up the content, and reads on to the end.
    mutating func discard() {
        isDiscarded = true
        content = []
    }

    /// Takes the next byte.
    ///
    /// - Parameter byte: As received.
    /// - Returns: True when it was the last one of the mail.
    mutating func take(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (.lineStart, UInt8(ascii: ".")): state = .dot
        case (.dot, 0x0D): state = .dotCarriageReturn
        case (.dotCarriageReturn, 0x0A): return true
        case (.dotCarriageReturn, _):
            // The dot was stuffing and the CR was content.
            keep(0x0D)
            state = byte == 0x0D ? .carriageReturn : .text
            keep(byte)
        case (.carriageReturn, 0x0A):
            keep(byte)
            state = .lineStart
        default:
            keep(byte)
            state = byte == 0x0D ? .carriageReturn : .text
        }
        return false
    }

    private mutating func keep(_ byte: UInt8) {
        if !isDiscarded { content.append(byte) }
    }
}
