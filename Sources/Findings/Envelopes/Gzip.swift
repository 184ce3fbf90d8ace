import CZlib

/// Why compressed bytes could not be expanded.
enum GzipError: Error, Hashable, CustomStringConvertible {
    case damaged(String)
    case tooLarge(limit: Int)

    var description: String {
        switch self {
        case .damaged(let reason): "damaged gzip data: \(reason)"
        case .tooLarge(let limit): "compressed data that grows past \(limit) bytes"
        }
    }
}

/// Expands gzip data (RFC 1952) with zlib. All calls to zlib are in this file.
enum Gzip {
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.count > 17 && bytes[0] == 0x1F && bytes[1] == 0x8B }

    /// Expands all members of the data.
    ///
    /// - Parameters:
    ///   - bytes: Gzip data.
    ///   - limit: The most bytes that may come out.
    /// - Returns: The expanded bytes.
    /// - Throws: ``GzipError`` when the data is damaged, cut short, or larger than the limit once expanded.
    static func expand(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
        guard bytes.count <= Int(UInt32.max) else { throw .tooLarge(limit: limit) }
        var stream = z_stream()
        // 16 + 15: gzip only, with the largest window.
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
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
