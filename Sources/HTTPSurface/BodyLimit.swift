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
        let declared = try declaredLength(request.headers)
        var collected: [UInt8] = []
        collected.reserveCapacity(min(declared ?? 4_096, 65_536))
        do {
            for try await chunk in request.body {
                guard collected.count + chunk.readableBytes <= bytes else { throw tooLarge }
                collected.append(contentsOf: chunk.readableBytesView)
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw cutShort
        }
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
