import HTTPTypes
import NIOCore
import NIOHTTP1

/// Writes whole answers in one piece: made once, not as parts that three handlers turn into one another.
enum ExpressWriter {
    /// Sends the answer past the connection's encoder, which keeps nothing from one answer to the next.
    ///
    /// - Returns: Whether it is the last of the connection.
    @discardableResult
    static func write(_ answer: PlainAnswer, requestID: String, _ context: ChannelHandlerContext) -> Bool {
        var bytes = context.channel.allocator.buffer(capacity: 512 + answer.body.count)
        append(answer, requestID: requestID, to: &bytes)
        do {
            let encoder = try context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
            encoder.writeAndFlush(NIOAny(bytes), promise: nil)
            return answer.headers[.connection] == "close"
        } catch {
            // Without an encoder the connection is at its end.
            context.close(promise: nil)
            return true
        }
    }

    private static func append(_ answer: PlainAnswer, requestID: String, to bytes: inout ByteBuffer) {
        if answer.status == .ok {
            bytes.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            bytes.writeString("HTTP/1.1 \(answer.status.code) \(answer.status.reasonPhrase)\r\n")
        }
        for field in answer.headers { bytes.writeString("\(field.name.rawName): \(field.value)\r\n") }
        bytes.writeStaticString("Content-Length: ")
        bytes.writeString(String(answer.body.count))
        bytes.writeStaticString("\r\nX-Request-Id: ")
        bytes.writeString(requestID)
        bytes.writeStaticString("\r\nDate: ")
        bytes.writeString(DateHeader.now())
        bytes.writeStaticString("\r\n")
        for (name, line) in protection where answer.headers[name] == nil { bytes.writeString(line) }
        bytes.writeStaticString("\r\n")
        bytes.writeBytes(answer.body)
    }

    private static let protection = SurfaceResponder.protection.map { name, value in
        (name: name, line: "\(name.rawName): \(value)\r\n")
    }
}
