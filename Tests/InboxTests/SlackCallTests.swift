import Findings
import Testing
import SlackReading

@testable import Inbox

@Suite("Slack's Web API in the inbox")
struct SlackCallTests {
    private static let token = ["authorization": "Bearer xoxb-canary-token", "content-type": "application/json"]

    private static func call(_ method: String, _ body: String, in inbox: RunningInbox) async throws -> JSON {
        let answer = try await inbox.http("POST", "/api/\(method)", token, body)
        #expect(answer.status == 200)
        return try JSONDocument.parse(answer.body)
    }

    @Test("a message that is posted can be changed and replied to, and is shown as it is then")
    func conversation() async throws {
        let (page, kept, answers) = try await RunningInbox.with { inbox in
            var answers = [try await Self.call("chat.postMessage", #"{"channel":"C1","text":"burning"}"#, in: inbox)]
            let ts = answers[0]["ts"]?.string ?? ""
            for (method, body) in [
                ("chat.update", #"{"channel":"C1","ts":"\#(ts)","text":"put out"}"#),
                ("chat.postMessage", #"{"channel":"C1","thread_ts":"\#(ts)","reply_broadcast":true,"text":"by rain"}"#),
            ] {
                answers.append(try await Self.call(method, body, in: inbox))
            }
            return (try await inbox.get("/").body, inbox.messages.all, answers)
        }
        #expect(answers.allSatisfy { $0["ok"]?.bool == true && $0["channel"]?.string == "C1" })
        #expect(answers[0]["ts"]?.string == answers[1]["ts"]?.string)
        #expect(answers[0]["ts"]?.string != answers[2]["ts"]?.string)
        #expect(page.contains("put out") && page.contains("by rain") && page.contains("also in the channel"))
        #expect(page.contains("burning") == false)
        #expect(page.split(separator: "<article").count == 2)
        let transcript = kept.map { Transcript(isColoured: false).lines($0) }.joined()
        #expect(transcript.contains("chat.postMessage C1  posted"))
        #expect(transcript.contains("chat.update C1  update of #1"))
        #expect(transcript.contains("reply to #1, also in the channel"))
        #expect(kept.map(\.json.text).joined().contains("canary") == false)
    }

    @Test(
        "what Slack would refuse is refused with 200 and its word",
        arguments: [
            ("chat.update", #"{"channel":"C1","ts":"1.1","text":"x"}"#, "message_not_found"),
            ("chat.postMessage", #"{"channel":"C1","thread_ts":"1.1","text":"x"}"#, "thread_not_found"),
            ("chat.postMessage", #"{"text":"x"}"#, "channel_not_found"),
            ("chat.postMessage", #"{"channel":"C1"}"#, "no_text"),
            ("chat.postMessage", #"{"channel":"C1","blocks":[{"type":"section"}]}"#, "invalid_blocks"),
        ]
    )
    func refusals(method: String, body: String, word: String) async throws {
        let (answer, kept) = try await RunningInbox.with { inbox in
            (try await Self.call(method, body, in: inbox), inbox.messages.all)
        }
        #expect(answer["ok"]?.bool == false)
        #expect(answer["error"]?.string == word)
        #expect(kept.first?.answer.isPositive == false)
    }

    @Test("a call without a token is refused")
    func noToken() async throws {
        let answer = try await RunningInbox.with { inbox in
            try await inbox.post("/api/chat.postMessage", #"{"channel":"C1","text":"x"}"#)
        }
        #expect(try JSONDocument.parse(answer.body)["error"]?.string == "not_authed")
    }

    @Test("a failure that was ordered happens to the Web API as well")
    func faults() async throws {
        let (first, second) = try await RunningInbox.with { inbox in
            _ = try await inbox.post("/control", #"{"next":[{"status":429,"retryAfter":3}]}"#)
            let first = try await inbox.http(
                "POST",
                "/api/chat.postMessage",
                Self.token,
                #"{"channel":"C1","text":"x"}"#
            )
            return (first, try await Self.call("chat.postMessage", #"{"channel":"C1","text":"x"}"#, in: inbox))
        }
        #expect(first.status == 429)
        #expect(second["ok"]?.bool == true)
    }
}
