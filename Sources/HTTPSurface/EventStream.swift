package import HTTPTypes
package import Hummingbird
import NIOCore

/// One entry of a stream of server-sent events (HTML Standard, "Server-sent events").
package struct StreamedEvent: Sendable, Hashable {
    /// What it is called; `nil` for one that tells nothing, and is there to be sent.
    package var name: String?
    /// What a listener that comes back shows as `Last-Event-ID`; without line breaks.
    package var id: String?

    package init(name: String?, id: String?) {
        self.name = name
        self.id = id
    }

    /// As it is sent. An event without data would reach nobody, so that each says that something changed; an id alone is
    /// kept by the listener all the same; a line that begins with a colon is a comment.
    package var text: String {
        let line = id.map { "id: \($0)\n" } ?? ""
        guard let name else { return id == nil ? ":\n\n" : "\(line)\n" }
        return "event: \(name)\n\(line)data: changed\n\n"
    }
}

/// Answers that go on for as long as something happens.
package enum EventStream {
    /// How long a listener waits before it comes back, in milliseconds.
    private static let retry = 3_000

    /// The answer that writes events as they come.
    ///
    /// - Parameters:
    ///   - request: What is answered; one that asks for the head only gets no more.
    ///   - context: Of the request.
    ///   - events: What is written; the answer ends with them.
    ///   - leave: Called once nobody reads any more: the client has closed the connection, or the answer has ended.
    /// - Returns: The answer.
    package static func answer<Events: AsyncSequence & Sendable>(
        to request: Request,
        _ context: SurfaceContext,
        _ events: Events,
        leave: @escaping @Sendable () async -> Void
    ) -> Response where Events.Element == StreamedEvent, Events.Failure == Never {
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        // Proxies of the kind of nginx would hold the events back otherwise (nginx, proxy_buffering).
        headers[.accelBuffering] = "no"
        guard request.method != .head else { return Response(status: .ok, headers: headers) }
        let body = ResponseBody { writer in
            // A task of its own, as the end of the connection is told on its event loop, which waits for nothing.
            let watch = await context.whenInputEnds { Task { await leave() } }
            do {
                try await writer.write(ByteBuffer(string: "retry: \(EventStream.retry)\n\n"))
                for await event in events { try await writer.write(ByteBuffer(string: event.text)) }
            } catch {
                await watch?.remove()
                await leave()
                throw error
            }
            await watch?.remove()
            await leave()
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// The id that a listener shows who comes back, or who says since when it knows what there is.
    ///
    /// - Parameter request: What is asked; the header goes before the parameter `since`, which a page has from its beginning.
    /// - Returns: `nil` for whoever comes for the first time.
    package static func lastID(_ request: Request) -> String? {
        if let id = request.headers[.lastEventID], id.isEmpty == false { return id }
        return request.uri.queryParameters["since"].map(String.init)
    }
}

extension HTTPField.Name {
    package static let lastEventID = HTTPField.Name(constant: "Last-Event-ID")
    static let accelBuffering = HTTPField.Name(constant: "X-Accel-Buffering")
}
