import HTTPSurface
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@Suite("BodyLimit")
struct BodyLimitTests {
    private func request(_ chunks: [Int], declared: String?) -> Request {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        for chunk in chunks { continuation.yield(ByteBuffer(repeating: 0x7B, count: chunk)) }
        continuation.finish()
        return request(RequestBody(asyncSequence: stream), declared: declared)
    }

    private func request(_ body: RequestBody, declared: String?) -> Request {
        var fields = HTTPFields()
        fields[.contentLength] = declared
        return Request(
            head: HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/", headerFields: fields),
            body: body
        )
    }

    @Test(
        "a body within the limit arrives whole",
        arguments: [([], nil), ([10], "10"), ([4, 6], "10"), ([4, 6], nil), ([], "0")] as [([Int], String?)]
    )
    func within(chunks: [Int], declared: String?) async throws {
        let body = try await BodyLimit(bytes: 10).collect(request(chunks, declared: declared))
        #expect(body == Array(repeating: 0x7B, count: chunks.reduce(0, +)))
    }

    @Test(
        "a body that is larger, shorter than declared or declared in no number is refused",
        arguments: [
            ([11], nil, 413), ([5, 6], nil, 413), ([], "11", 413), ([10], "9999999999", 413), ([5], "10", 400),
            ([], "1", 400),
            ([1], "one", 400), ([1], "-1", 400), ([1], "99999999999999999999", 400),
        ] as [([Int], String?, Int)]
    )
    func beyond(chunks: [Int], declared: String?, status: Int) async {
        let problem = await #expect(throws: Problem.self) {
            try await BodyLimit(bytes: 10).collect(request(chunks, declared: declared))
        }
        #expect(problem?.status.code == status)
    }

    @Test("an endless body is not read past the limit")
    func endless() async {
        let read = Mutex(0)
        let endless = AsyncStream<ByteBuffer>(unfolding: {
            read.withLock { $0 += 1 }
            return ByteBuffer(repeating: 0, count: 4)
        })
        let problem = await #expect(throws: Problem.self) {
            try await BodyLimit(bytes: 10).collect(request(RequestBody(asyncSequence: endless), declared: nil))
        }
        #expect(problem?.status == .contentTooLarge)
        #expect(read.withLock { $0 } == 3)
    }

    @Test("a connection that breaks in the middle is the sender's to repeat")
    func broken() async {
        struct Broken: Error {}
        let broken = AsyncThrowingStream<ByteBuffer, any Error> { $0.finish(throwing: Broken()) }
        let problem = await #expect(throws: Problem.self) {
            try await BodyLimit(bytes: 10).collect(request(RequestBody(asyncSequence: broken), declared: nil))
        }
        #expect(problem?.status == .badRequest)
    }
}
