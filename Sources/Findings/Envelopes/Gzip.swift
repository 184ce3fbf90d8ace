import CZlib

/// Why compressed bytes could not be expanded.
enum GzipError: Error, Hashable, CustomStringConvertible {
    case damaged(String)
    case tooLarge(limit: Int)

    var description: String {
        switch self {
        case .damaged(let reason): "damaged compressed data: \(reason)"
        case .tooLarge(let limit): "compressed data that grows past \(limit) bytes"
        }
    }
}

/// Expands gzip (RFC 1952) and zlib (RFC 1950) data with zlib. All calls to zlib are in this file.
enum Gzip {
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.count > 17 && bytes[0] == 0x1F && bytes[1] == 0x8B }

    /// Whether the bytes begin as zlib data does and do not go on as a text would: `x^` begins both.
    static func isZlib(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 8, bytes[0] == 0x78, [0x01, 0x5E, 0x9C, 0xDA].contains(bytes[1]) else { return false }
        return bytes[2...].prefix(32).contains { $0 < 0x09 || $0 > 0x7E }
    }

    /// Whether the bytes are compressed in a way that ``expand(_:limit:)`` undoes.
    static func isCompressed(_ bytes: [UInt8]) -> Bool { isGzip(bytes) || isZlib(bytes) }

    /// Expands all members of the data.
    ///
    /// - Parameters:
    ///   - bytes: Gzip or zlib data.
    ///   - limit: The most bytes that may come out.
    /// - Returns: The expanded bytes.
    /// - Throws: ``GzipError`` when the data is damaged, cut short, or larger than the limit once expanded.
    static func expand(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
        guard bytes.count <= Int(UInt32.max) else { throw .tooLarge(limit: limit) }
        var stream = z_stream()
        // 32 + 15: gzip or zlib, whichever it is, with the largest window.
        guard inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .damaged("zlib does not start")
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var out: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(64 << 10, max(limit, 1)))
        var consumed = 0
        while true {
            let (status, read, written) = step(&stream, &input, from: consumed, into: &chunk)
            consumed += read
            guard out.count + written <= limit else { throw .tooLarge(limit: limit) }
            out.append(contentsOf: chunk[..<written])
            switch status {
            case Z_STREAM_END:
                // Firehose and log shippers join members; what else follows a member is not ours to judge.
                let rest = bytes.count - consumed
                guard rest > 17, bytes[consumed] == 0x1F, bytes[consumed + 1] == 0x8B, inflateReset(&stream) == Z_OK
                else {
                    return out
                }
            case Z_OK where read > 0 || written > 0: continue
            case Z_OK, Z_BUF_ERROR: throw .damaged("it ends too early")
            default: throw .damaged(stream.msg.map { String(cString: $0) } ?? "zlib error \(status)")
            }
        }
    }

    /// One call of `inflate`, with pointers that live only as long as it.
    private static func step(
        _ stream: inout z_stream,
        _ input: inout [UInt8],
        from start: Int,
        into chunk: inout [UInt8]
    ) -> (status: Int32, read: Int, written: Int) {
        input.withUnsafeMutableBufferPointer { source in
            chunk.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress.map { $0 + start }
                stream.avail_in = UInt32(source.count - start)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                let status = inflate(&stream, Z_NO_FLUSH)
                return (
                    status, source.count - start - Int(stream.avail_in), target.count - Int(stream.avail_out)
                )
            }
        }
    }
}
