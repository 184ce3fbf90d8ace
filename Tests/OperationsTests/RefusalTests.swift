import Operations
import Store
import Testing

@Suite("What operations answer in the place of doing something")
struct RefusalTests {
    @Test("a question that took too long may be asked again, and is better asked for less")
    func timeout() throws {
        let error: any Error = QueryTimeout()
        let answer = try #require(error as? any Refusal).answer
        #expect(answer.kind.statusCode == 503 && answer.retryAfter == 10)
        #expect(answer.detail.contains("took too long") && answer.detail.contains("more filters"))
    }
}
