import Findings
import HTTPTypes
import Hummingbird
import NIOCore

/// A JSON body with its status and headers.
struct JSONAnswer: ResponseGenerator, Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var value: JSONValue

    init(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.value = value
        self.status = status
        self.headers = headers
    }

    /// A page of a listing.
    init(_ items: [JSONValue], next: String?) {
        self.init(["items": .array(items), "next": JSONValue(next)])
    }

    var response: Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.bytes))
        )
    }

    func response(from request: Request, context: some RequestContext) -> Response { response }
}
