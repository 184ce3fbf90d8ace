package import HTTPTypes
package import Logging

/// A route whose small, plain requests are answered on the event loop they came in on, without a task for each.
///
/// It is a second way to the same answers, never another meaning: whatever it does not take goes to the router.
package protocol ExpressRoute: Sendable {
    /// Its path; its method is POST.
    var path: String { get }

    /// Looks at the head of a request.
    ///
    /// - Parameter headers: Of a request for the path with a declared length, on the event loop: nothing may block.
    /// - Returns: `nil` to leave the request to the router, also where it is to be refused.
    func admit(_ headers: HTTPFields) -> (any ExpressRequest)?
}

/// A request that was let in by its head; holds what was reserved for it as long as it lives.
package protocol ExpressRequest: Sendable {
    /// Hears how much of the body is here, as it comes.
    ///
    /// - Parameter bytes: Of the body so far, on the event loop: nothing may block.
    /// - Returns: `false` to leave the request to the router, which finds the reason itself.
    func receives(_ bytes: Int) -> Bool

    /// Answers the request once its body is there.
    ///
    /// - Parameters:
    ///   - body: The whole body, of the declared length, on the event loop: nothing may block.
    ///   - log: For what has to be logged about the request.
    ///   - deliver: To be called once, from any thread, with what makes the answer; that is then called on the event
    ///     loop, and may throw what a handler of the router may throw.
    /// - Returns: `false` to leave the request to the router after all; nothing has been done then, nor will be.
    func answer(
        _ body: [UInt8],
        log: RequestLog,
        deliver: @escaping @Sendable (_ answer: @escaping @Sendable () throws -> PlainAnswer) -> Void
    ) -> Bool
}

/// The log of one request, made only when there is something to say.
package struct RequestLog: Sendable {
    private let base: Logger
    private let requestID: String?

    /// - Parameter logger: Names the request already.
    package init(_ logger: Logger) {
        base = logger
        requestID = nil
    }

    init(_ logger: Logger, requestID: String) {
        base = logger
        self.requestID = requestID
    }

    /// A logger that names the request.
    package var logger: Logger {
        guard let requestID else { return base }
        var logger = base
        logger[metadataKey: "request_id"] = .string(requestID)
        return logger
    }
}
