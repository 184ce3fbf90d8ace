import Findings
import HTTPSurface
import HTTPTypes
import Testing

@Suite("Problem")
struct ProblemTests {
    @Test("the body names what was wrong and where")
    func body() {
        let problem = Problem(
            .badRequest,
            detail: "the body is not JSON",
            errors: [.init(detail: "expected a value", pointer: "/rules/0", line: 3, column: 7)]
        )
        #expect(
            problem.json.text == """
                {"type":"about:blank","title":"Bad Request","status":400,"detail":"the body is not JSON",\
                "errors":[{"detail":"expected a value","pointer":"/rules/0","line":3,"column":7}]}
                """
        )
    }
}
