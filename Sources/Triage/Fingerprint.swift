import Crypto
import Findings

/// Short names for long texts: the first bytes of their SHA-256.
package enum Fingerprint {
    /// The first 64 bits, for an index whose hits are compared with the text itself.
    package static func word(of text: String) -> Int64 {
        SHA256.hash(data: Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }

    /// The first 128 bits: nobody can find two texts that share them, so the text itself need not be kept.
    package static func bytes(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8)).prefix(16)) }

    /// All 256 bits as 64 lowercase hexadecimal digits.
    package static func hexadecimal(of bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).hex
    }
}
