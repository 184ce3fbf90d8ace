import CurlClient
@testable import Delivery
import FoundationEssentials
import NoroshiTestSupport
import Testing

@Suite("What a Slack-compatible receiver's reply means")
struct SlackReplyTests {
    struct Case: CustomTestStringConvertible {
        var status: Int
        var body: String
        var verdict: Outcome.Verdict
        var errorClass: ErrorClass?
        var retryAfter: String?

        init(
            _ status: Int,
            _ body: String,
            _ verdict: Outcome.Verdict,
            _ errorClass: ErrorClass? = nil,
            retryAfter: String? = nil
        ) {
            self.status = status
            self.body = body
            self.verdict = verdict
            self.errorClass = errorClass
            self.retryAfter = retryAfter
        }

        var testDescription: String { "\(status) \(body)" }
    }

    private static let failed = Outcome.Verdict.destinationFailed(retryAfter: nil)

    static let cases: [Case] = [
        Case(200, "ok", .delivered),
        Case(200, "", .delivered),
        Case(204, "", .delivered),
        Case(200, #"{"ok":true}"#, .delivered),
        Case(200, #"{"success":true}"#, .delivered),
        Case(200, #"{"result":"success","msg":""}"#, .delivered),
        Case(200, #"{"ok":false,"error":"invalid_blocks"}"#, .messageRefused, .messageRefused),
        Case(200, #"{"ok":false,"error":"channel_not_found"}"#, .destinationGone, .destinationGone),
        Case(200, #"{"ok":false,"error":"invalid_auth"}"#, .destinationGone, .authentication),
        Case(200, #"{"ok":false}"#, .messageRefused, .messageRefused),
        Case(200, #"{"success":false,"error":"Something went wrong"}"#, .messageRefused, .messageRefused),
        Case(200, #"{"result":"error","msg":"x"}"#, .messageRefused, .messageRefused),
        Case(200, "<!DOCTYPE html><title>Sign in</title>", failed, .serverError),
        Case(200, "no_service", .destinationGone, .destinationGone),
        Case(400, "invalid_payload", .messageRefused, .messageRefused),
        Case(400, "invalid_blocks", .messageRefused, .messageRefused),
        Case(400, "no_text", .messageRefused, .messageRefused),
        Case(400, "too_many_attachments", .messageRefused, .messageRefused),
        Case(400, "user_not_found", .messageRefused, .messageRefused),
        Case(400, "anything", .messageRefused, .messageRefused),
        Case(413, "", .messageRefused, .messageRefused),
        Case(422, "", .messageRefused, .messageRefused),
        Case(401, "", .destinationGone, .authentication),
        Case(403, "action_prohibited", .destinationGone, .authentication),
        Case(403, "invalid_token", .destinationGone, .authentication),
        Case(400, "invalid_token", .destinationGone, .authentication),
        Case(403, "posting_to_general_channel_denied", .destinationGone, .authentication),
        Case(404, "channel_not_found", .destinationGone, .destinationGone),
        Case(404, "no_service", .destinationGone, .destinationGone),
        Case(404, "no_team", .destinationGone, .destinationGone),
        Case(404, "", .destinationGone, .destinationGone),
        Case(410, "channel_is_archived", .destinationGone, .destinationGone),
        Case(410, "", .destinationGone, .destinationGone),
        Case(301, "", .destinationGone, .redirect),
        Case(302, "", failed, .redirect),
        Case(408, "", failed, .timeout),
        Case(429, "", .destinationFailed(retryAfter: .seconds(30)), .rateLimited, retryAfter: "30"),
        Case(
            429,
            #"{"retry_after":1.2,"ok":false,"error":"rate_limited"}"#,
            .destinationFailed(retryAfter: .seconds(2)),
            .rateLimited
        ),
        Case(429, "", failed, .rateLimited),
        Case(500, "rollup_error", failed, .serverError),
        Case(503, "", .destinationFailed(retryAfter: .seconds(7)), .serverError, retryAfter: "7"),
        Case(502, "<html>", failed, .serverError),
    ]

    @Test("the verdict follows the body's word, then the status", arguments: cases)
    func verdict(_ given: Case) {
        let headers = given.retryAfter.map { [HTTPResponse.Header(name: "retry-after", value: $0)] } ?? []
        let response = HTTPResponse(status: given.status, headers: headers, body: Array(given.body.utf8))
        let verdict = SlackReply.verdict(response, now: .sample)
        #expect(verdict.verdict == given.verdict)
        #expect(verdict.errorClass == given.errorClass)
        #expect((verdict.detail == nil) == (given.verdict == .delivered))
    }

    @Test(
        "Retry-After is seconds or an HTTP date, and anything else is nothing",
        arguments: [
            ("0", 0), ("120", 120), ("0.4", 1), ("99999999999999999999", 1_000_000_000), ("-1", nil), ("soon", nil),
            ("", nil),
            ("nan", nil), ("Wed, 18 Nov 2026 11:07:40 GMT", 60), ("Wed, 18 Nov 2026 11:06:00 GMT", 0),
            ("Thu, 29 Feb 2024 00:00:00 GMT", 0), ("Wed, 18 Nov 2026 99:06:00 GMT", nil),
            ("Wed, 18 Nov 2026 11:06:00 CET", nil),
        ] as [(String, Int64?)]
    )
    func retryAfter(text: String, seconds: Int64?) {
        #expect(RetryAfter.parse(text, now: .sample) == seconds.map { .seconds($0) })
    }
}
