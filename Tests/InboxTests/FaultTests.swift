import Testing

@testable import Inbox

@Suite("Failures on demand")
struct FaultTests {
    @Test(
        "a failure for HTTP is read and written in the same notation",
        arguments: [
            "500", "429:3", "500x2", "500x*", "429:0x7", "delay:20sx2", "delay:500ms", "reset", "lost", "resetx3",
        ]
    )
    func http(notation: String) throws {
        #expect(try FaultNotation.http(notation).notation == notation)
    }

    @Test(
        "a failure for SMTP is read and written in the same notation",
        arguments: ["rcpt:451", "message:554x2", "connect:421x*", "mail:reset", "message:lost", "data:delay:1s"]
    )
    func smtp(notation: String) throws {
        #expect(try FaultNotation.smtp(notation).notation == notation)
    }

    @Test(
        "what is no failure is refused with what was expected",
        arguments: [
            "", "200", "600", "5xx", "429:x", "429:-1", "500x0", "500x-1", "delay", "delay:5", "delay:11m", "delay:-1s",
            "delay:99999999999999999999s", "rcpt:451", "lost:1",
        ]
    )
    func badHTTP(notation: String) {
        #expect(throws: FaultNotationError.self) { try FaultNotation.http(notation) }
    }

    @Test(
        "what is no SMTP failure is refused",
        arguments: ["", "451", "rcpt", "rcpt:250", "rcpt:lost", "there:451", "rcpt:delay:x", "message:x2"]
    )
    func badSMTP(notation: String) {
        #expect(throws: FaultNotationError.self) { try FaultNotation.smtp(notation) }
    }

    @Test("an order in JSON names every kind of failure")
    func order() throws {
        let order = try FaultOrder(
            Array(
                """
                {"clear": true, "next": [{"status": 429, "retryAfter": 3, "times": 2}, {"delay": "20s", "path": "/slack"},
                {"reset": true}, "lost"], "smtp": [{"at": "rcpt", "code": 451, "text": "4.2.2 Full", "to": "a@example.com"},
                {"at": "message", "lost": true, "times": "forever"}, "data:554"]}
                """.utf8
            )
        )
        #expect(order.clear)
        #expect(order.http.map(\.notation) == ["429:3x2", "delay:20s at /slack", "reset", "lost"])
        #expect(order.smtp.map(\.notation) == ["rcpt:451 for a@example.com", "message:lostx*", "data:554"])
        #expect(order.smtp.first?.effect == .reply(451, "4.2.2 Full"))
    }

    @Test(
        "an order that cannot be followed names the place",
        arguments: [
            ("[]", "expected an object"),
            ("{", "line 1"),
            (#"{"then": []}"#, "/then"),
            (#"{"next": {}}"#, "/next"),
            (#"{"next": [{"status": 200}]}"#, "/next/0/status"),
            (#"{"next": [{}]}"#, "/next/0"),
            (#"{"next": ["500", {"status": 500, "retries": 1}]}"#, "/next/1/retries"),
            (#"{"next": [{"status": 500, "times": 0}]}"#, "/next/0/times"),
            (#"{"smtp": [{"at": "here", "code": 451}]}"#, "/smtp/0/at"),
            (#"{"smtp": [{"at": "rcpt", "lost": true}]}"#, "/smtp/0/lost"),
            (#"{"smtp": [{"at": "rcpt", "code": 451, "text": "a\r\n250 b"}]}"#, "/smtp/0/text"),
        ]
    )
    func badOrder(body: String, place: String) {
        let error = #expect(throws: FaultNotationError.self) { try FaultOrder(Array(body.utf8)) }
        #expect(error?.description.contains(place) == true)
    }

    @Test("failures are used up in order, each by what it fits, and as often as told")
    func plan() {
        let plan = FaultPlan(
            http: [
                HTTPFault(.reset, path: "/slack/b"), HTTPFault(.status(500, retryAfter: nil), times: .count(2)),
            ]
        )
        #expect(plan.takeHTTP(path: "/slack/a")?.effect == .status(500, retryAfter: nil))
        #expect(plan.takeHTTP(path: "/slack/b")?.effect == .reset)
        #expect(plan.takeHTTP(path: "/slack/b")?.effect == .status(500, retryAfter: nil))
        #expect(plan.takeHTTP(path: "/slack/b") == nil)
    }

    @Test("a failure that is told to stay stays until it is cleared")
    func forever() {
        let plan = FaultPlan(smtp: [SMTPFault(at: .rcpt, .reply(451, "Later"), times: .forever)])
        for _ in 0..<5 { #expect(plan.takeSMTP(at: .rcpt, recipient: "a@b") != nil) }
        plan.removeAll()
        #expect(plan.takeSMTP(at: .rcpt, recipient: "a@b") == nil)
    }
}
