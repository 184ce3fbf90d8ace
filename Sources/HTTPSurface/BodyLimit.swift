package import HTTPTypes
package import Hummingbird
import NIOCore

/// How large a request's body may be.
package struct BodyLimit: Sendable, Hashable {
    /// 1 or more.
    package let bytes: Int

    /// 6 MiB. An EventBridge event and an SNS message are 256 KiB at most; Firehose's buffer must be set to 4 MiB or less,
    /// since Base64 adds a third.
    package static let standard = BodyLimit(bytes: 6 * 1_048_576)

    package init(bytes: Int) { self.bytes = max(1, bytes) }

    /// The length that the request declares; `nil` when it declares none.
    ///
    /// - Parameter headers: The request's.
    /// - Returns: 0 or more.
    /// - Throws: The 413 answer when it declares more than the limit.
    package func declaredLength(_ headers: HTTPFields) throws(Problem) -> Int? {
        guard let text = headers[.contentLength] else { return nil }
        guard let length = Int(text), length >= 0 else {
            throw Problem(.badRequest, detail: "The Content-Length header is not a number.")
        }
        guard length <= bytes else { throw tooLarge }
        return length
    }

    /// The whole body.
    ///
    /// - Parameter request: The request.
    /// - Returns: As received.
    /// - Throws: ``Problem``: 413 as soon as the body is known to be larger than the limit, 400 when it ends before its
    ///   declared length.
    package func collect(_ request: Request) async throws(Problem) -> [UInt8] {
        do {
            return try await collect(request) { _ in }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw cutShort
        }
    }

    /// The whole body, room for which is asked for as it comes.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - reserve: Told how much there will be with the next piece, before it is kept.
    /// - Returns: As received.
    /// - Throws: ``Problem`` as ``collect(_:)`` does, and what `reserve` throws.
    package func collect(_ request: Request, reserving reserve: (_ bytes: Int) throws -> Void) async throws -> [UInt8] {
        let declared = try declaredLength(request.headers)
        var collected: [UInt8] = []
        var refusal: (any Error)?
        do {
            for try await piece in request.body {
                let sum = collected.count + piece.readableBytes
                do {
                    guard sum <= bytes else { throw tooLarge }
                    try reserve(sum)
                } catch {
                    refusal = error
                    break
                }
                collected.append(contentsOf: piece.readableBytesView)
            }
        } catch {
            throw cutShort
        }
        if let refusal { throw refusal }
        if let declared, collected.count != declared { throw cutShort }
        return collected
    }

    private var cutShort: Problem {
        Problem(.badRequest, detail: "The connection broke before the whole body had arrived. Send the request again.")
    }

    private var tooLarge: Problem {
        Problem(
            .contentTooLarge,
            detail: "The body is larger than the \(bytes) bytes that are accepted. Send fewer findings in one request.",
            headers: [.connection: "close"]
        )
    }
}
