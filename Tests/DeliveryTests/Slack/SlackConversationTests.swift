import Delivery
import Findings
import FoundationEssentials
import Logging
import NoroshiTestSupport
import Routing
import ServiceLifecycle
import Store
import Testing
import Triage

@Suite("A conversation by Slack's Web API", .timeLimit(.minutes(15)))
struct SlackConversationTests {
    private static let first = Notification.Posted(channel: "C0123ABCD", timestamp: "1795000000.000001")

    private func later(_ transition: Transition) -> Notification {
        var notification = Notification.sample(transition: transition)
        notification.content.openedAt = Date.sample.addingTimeInterval(-11_520)
        return notification
    }

    @Test("the first message is posted, and where it stands is told")
    func post() async throws {
        let bot = try ScriptedSlack("post", mentions: [.high: "<!here>"])
        let outcome = await bot.deliver(.sample())
        #expect(outcome.verdict == .delivered)
        #expect(outcome.evidence.posted == SlackConversationTests.first)
        let call = try #require(try await bot.calls().first)
        #expect(call.method == "chat.postMessage")
        #expect(call.arguments["channel"]?.string == "C0123ABCD")
        #expect(call.arguments["text"]?.string?.hasPrefix("<!here> [HIGH] Credentials") == true)
        #expect(call.arguments["unfurl_links"]?.bool == false)
        #expect(call.arguments["thread_ts"] == nil)
    }

    @Test("a later message brings the first one up to date and replies below it")
    func follow() async throws {
        let bot = try ScriptedSlack("follow", mentions: [.high: "<!here>"])
        let posted = await bot.deliver(.sample()).evidence.posted
        let outcome = await bot.deliver(later(.resolved), posted: posted)
        #expect(outcome.verdict == .delivered)
        #expect(outcome.evidence.posted == nil)
        let calls = try await bot.calls()
        #expect(calls.map(\.method) == ["chat.postMessage", "chat.update", "chat.postMessage"])
        let (update, reply) = (calls[1].arguments, calls[2].arguments)
        #expect(update["ts"]?.string == posted?.timestamp)
        #expect(update["attachments"]?.elements.first?["color"]?.string == "#2e7d32")
        #expect(reply["thread_ts"]?.string == posted?.timestamp)
        #expect(reply["reply_broadcast"]?.bool == false)
        for message in [update, reply] {
            let words = message.strings.joined(separator: "\n")
            #expect(words.contains("RESOLVED · HIGH"))
            #expect(words.contains("resolved after 3 h 12 m (opened 07:54 UTC)"))
            #expect(words.contains("<!here>") == false)
        }
    }

    @Test(
        "what is worse than before is shown in the channel too, and calls",
        arguments: [
            (Transition.raised, true, true), (.reopened, true, true), (.lowered, false, false),
            (.reminder, false, true),
        ]
    )
    func broadcast(transition: Transition, isBroadcast: Bool, isCall: Bool) async throws {
        let bot = try ScriptedSlack("broadcast-\(transition)", mentions: [.high: "<!here>"])
        let posted = await bot.deliver(.sample()).evidence.posted
        #expect(await bot.deliver(later(transition), posted: posted).verdict == .delivered)
        let calls = try await bot.calls()
        #expect(calls.last?.arguments["reply_broadcast"]?.bool == isBroadcast)
        #expect(calls[1].arguments.strings.contains { $0.contains("<!here>") } == false)
        #expect(calls.last?.arguments.strings.contains { $0.contains("<!here>") } == isCall)
    }

    @Test("a message about several alerts replies in full and leaves the first one")
    func bundle() async throws {
        let bot = try ScriptedSlack("bundle")
        let posted = await bot.deliver(.bundle(.group)).evidence.posted
        #expect(await bot.deliver(.bundle(.group, transition: .resolved), posted: posted).verdict == .delivered)
        let calls = try await bot.calls()
        #expect(calls.map(\.method) == ["chat.postMessage", "chat.postMessage"])
        #expect(calls[1].arguments["thread_ts"]?.string == posted?.timestamp)
        #expect(calls[1].arguments["reply_broadcast"]?.bool == false)
        #expect(calls[1].arguments.strings.contains { $0.hasPrefix("12 alerts resolved") })
    }

    @Test("a message of a group about one alert alone leaves the first one too, and tells the alert in full")
    func oneOfGroup() async throws {
        let bot = try ScriptedSlack("one-of-group")
        var first = Notification.bundle(.group)
        var second = Notification.sample()
        first.content.thread = "g1-0"
        second.content.thread = "g1-0"
        let posted = await bot.deliver(first).evidence.posted
        #expect(await bot.deliver(second, posted: posted).verdict == .delivered)
        let calls = try await bot.calls()
        #expect(calls.map(\.method) == ["chat.postMessage", "chat.postMessage"])
        #expect(calls[1].arguments["reply_broadcast"]?.bool == true)
        #expect(calls[1].arguments.strings.contains { $0.contains("Revoke the sessions of the role.") })
    }

    @Test(
        "a first message that can be changed no more is replaced by a new one",
        arguments: [
            "message_not_found", "cant_update_message", "edit_window_closed", "no_dual_broadcast_content_update",
        ]
    )
    func replaced(word: String) async throws {
        let bot = try ScriptedSlack("replaced-\(word)", answers: "ok,\(word)")
        let posted = await bot.deliver(.sample()).evidence.posted
        let outcome = await bot.deliver(later(.resolved), posted: posted)
        #expect(outcome.verdict == .delivered)
        #expect(outcome.evidence.posted?.timestamp == "1795000000.000002")
        #expect(try await bot.calls().last?.arguments["thread_ts"] == nil)
    }

    @Test(
        "where replies are closed the message stands in the channel, once",
        arguments: ["restricted_action_thread_locked", "cant_broadcast_message", "cannot_reply_to_message"]
    )
    func locked(word: String) async throws {
        let bot = try ScriptedSlack("locked-\(word)", answers: "ok,ok,\(word)")
        let posted = await bot.deliver(.sample()).evidence.posted
        let outcome = await bot.deliver(later(.raised), posted: posted)
        #expect(outcome.verdict == .delivered)
        #expect(outcome.evidence.posted?.timestamp == "1795000000.000002")
        let calls = try await bot.calls()
        #expect(calls.map(\.method).count == 4 && calls.last?.arguments["thread_ts"] == nil)
        let closed = try ScriptedSlack("locked-twice-\(word)", answers: "ok,ok,\(word),\(word)")
        let stands = await closed.deliver(.sample()).evidence.posted
        #expect(await closed.deliver(later(.raised), posted: stands).verdict != .delivered)
        #expect(try await closed.calls().count == 4)
    }

    @Test("a word that nobody knows is tried three times more, and is then the message's fault")
    func unknownWord() async throws {
        let bot = try ScriptedSlack(
            "unknown",
            answers: Array(repeating: "brand_new_2027", count: 6).joined(separator: ",")
        )
        let notifier = bot.notifier
        for _ in 1...3 {
            let outcome = await notifier.deliver(.sample(), to: bot.destination, now: .sample)
            #expect(outcome.verdict == SlackConversationTests.failed)
            #expect(outcome.evidence.detail?.contains("brand_new_2027") == true)
        }
        let last = await notifier.deliver(.sample(), to: bot.destination, now: .sample)
        #expect(last.verdict == .messageRefused && last.evidence.detail?.contains("brand_new_2027") == true)
        let other = await notifier.deliver(.sample(id: "01"), to: bot.destination, now: .sample)
        #expect(other.verdict == SlackConversationTests.failed)
    }

    @Test("a thread that is gone is replaced by a new message, and so is one of another channel")
    func elsewhere() async throws {
        let bot = try ScriptedSlack("elsewhere")
        let gone = Notification.Posted(channel: "C0123ABCD", timestamp: "1.1")
        #expect(await bot.deliver(.bundle(.group), posted: gone).evidence.posted == SlackConversationTests.first)
        let other = Notification.Posted(channel: "C0OTHER", timestamp: "1795000000.000001")
        #expect(await bot.deliver(later(.resolved), posted: other).evidence.posted != nil)
        #expect(try await bot.methods() == ["chat.postMessage", "chat.postMessage", "chat.postMessage"])
    }

    private static let failed = Outcome.Verdict.destinationFailed(retryAfter: nil)

    @Test(
        "Slack's word decides whose fault it is",
        arguments: [
            ("ratelimited", failed, ErrorClass.rateLimited),
            ("429:17", .destinationFailed(retryAfter: .seconds(17)), .rateLimited),
            ("internal_error", .uncertain, .serverError), ("fatal_error", .uncertain, .serverError),
            ("service_unavailable", failed, .serverError), ("html", failed, .serverError),
            ("invalid_auth", .destinationGone, .authentication), ("token_revoked", .destinationGone, .authentication),
            ("account_inactive", .destinationGone, .authentication),
            ("missing_scope", .destinationGone, .authentication),
            ("not_in_channel", .destinationGone, .authentication),
            ("channel_not_found", .destinationGone, .destinationGone),
            ("is_archived", .destinationGone, .destinationGone), ("is_inactive", .destinationGone, .destinationGone),
            ("enterprise_is_restricted", .destinationGone, .authentication),
            ("is_bot", .destinationGone, .authentication),
            ("app_access_restricted", .destinationGone, .authentication),
            ("streaming_state_conflict", failed, .serverError),
            ("attachment_payload_limit_exceeded", .messageRefused, .messageRefused),
            ("slack_connect_canvas_sharing_blocked", .messageRefused, .messageRefused),
            ("metadata_too_large", .messageRefused, .messageRefused),
            ("invalid_arg_name", .messageRefused, .messageRefused),
            ("msg_too_long", .messageRefused, .messageRefused), ("invalid_blocks", .messageRefused, .messageRefused),
            ("a_new_word", failed, .serverError), ("lost", .uncertain, .replyLost),
        ]
    )
    func blame(word: String, verdict: Outcome.Verdict, errorClass: ErrorClass) async throws {
        let bot = try ScriptedSlack("blame-\(word.filter(\.isLetter))", answers: word)
        let outcome = await bot.deliver(.sample())
        #expect(outcome.verdict == verdict)
        #expect(outcome.evidence.errorClass == errorClass)
        #expect(outcome.evidence.posted == nil)
        #expect(outcome.evidence.rendered?.contains("Credentials") == true)
        #expect(String(reflecting: outcome).contains("canary-token") == false)
    }

    @Test(
        "when the update fails there is no reply, and trying again makes one reply",
        arguments: ["internal_error", "lost"]
    )
    func updateFails(word: String) async throws {
        let bot = try ScriptedSlack("update-\(word.filter(\.isLetter))", answers: "ok,\(word)")
        let posted = await bot.deliver(.sample()).evidence.posted
        let outcome = await bot.deliver(later(.resolved), posted: posted)
        #expect(outcome.verdict == SlackConversationTests.failed)
        #expect(outcome.evidence.detail?.hasPrefix("the first message was not updated: ") == true)
        #expect(await bot.deliver(later(.resolved), posted: posted).verdict == .delivered)
        #expect(
            try await bot.methods() == ["chat.postMessage", "chat.update", "chat.update", "chat.postMessage"]
        )
    }

    @Test("when the reply fails it is tried again, and only a lost answer can make two of it")
    func replyFails() async throws {
        let refused = try ScriptedSlack("reply-refused", answers: "ok,ok,429:3")
        let posted = await refused.deliver(.sample()).evidence.posted
        let outcome = await refused.deliver(later(.raised), posted: posted)
        #expect(outcome.verdict == .destinationFailed(retryAfter: .seconds(3)))
        #expect(outcome.evidence.detail?.hasPrefix("the reply in the thread: ") == true)
        let lost = try ScriptedSlack("reply-lost", answers: "ok,ok,lost")
        let stands = await lost.deliver(.sample()).evidence.posted
        #expect(await lost.deliver(later(.raised), posted: stands).verdict == .uncertain)
        var again = later(.raised)
        again.uncertain = 1
        #expect(await lost.deliver(again, posted: stands).verdict == .delivered)
        #expect(try await lost.calls().last?.arguments.strings.contains { $0.contains("possible repeat") } == true)
    }

    @Test("the minimal form takes the blocks of the first message away")
    func minimal() async throws {
        let bot = try ScriptedSlack("minimal")
        let posted = await bot.deliver(.sample()).evidence.posted
        var notification = later(.resolved)
        notification.isMinimal = true
        #expect(await bot.deliver(notification, posted: posted).verdict == .delivered)
        let update = try #require(try await bot.calls().dropFirst().first).arguments
        #expect(update["blocks"]?.elements.isEmpty == true && update["attachments"]?.elements.isEmpty == true)
    }

    @Test("a token that cannot be read is told by its setting")
    func unusable() async throws {
        let bot = try ScriptedSlack("unusable")
        let notifier = Notifiers(http: bot.client, secrets: SecretSource(variables: [:]))
        let outcome = await notifier.deliver(.sample(), to: bot.destination, now: .sample)
        #expect(outcome.verdict == .destinationGone && outcome.evidence.errorClass == .configuration)
        #expect(outcome.evidence.detail?.contains("the environment variable TOKEN") == true)
    }

    @Test("every message of a conversation keeps Slack's limits, whatever stands in it")
    func limits() async throws {
        let bot = try ScriptedSlack("limits", mentions: [.high: String(repeating: "<!here> ", count: 60)])
        let posted = await bot.deliver(.sample()).evidence.posted
        for text in HostileText.all {
            var notification = Notification.hostile(text)
            notification.content.transition = .raised
            #expect(await bot.deliver(notification, posted: posted).verdict == .delivered)
            #expect(
                await bot.deliver(.bundle(.storm, count: 2, text: String(text.prefix(400))), posted: posted).verdict
                    == .delivered
            )
        }
        var lines: [UInt8] = []
        // One by one: together they are more than the client takes.
        for index in 0...3 * HostileText.all.count {
            let call = try #require(try await bot.calls(at: index).first)
            let message: JSONValue = ["dialect": "slack", "message": .raw(call.arguments.text)]
            lines += message.bytes + Array("\n".utf8)
        }
        let printed = try PeerProcess.run(python: HTTPReceiver.peer("check_slack.py"), input: lines)
        #expect(Set(printed.split(separator: "\n")) == ["ok"])
    }

    @Test("a conversation goes on after a restart")
    func restart() async throws {
        let bot = try ScriptedSlack("restart")
        let outbox = MemoryOutbox([.sample(id: "01")])
        for (index, transition) in [Transition.opened, .resolved].enumerated() {
            if index > 0 { await outbox.add([.sample(id: "02", transition: transition)]) }
            let table = RoutingTable(RouteDocument(destinations: [bot.destination]), version: 1)
            let service = DeliveryService(
                outbox: outbox,
                routes: ActiveRoutes(table),
                notifier: bot.notifier,
                secrets: bot.secrets,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let group = ServiceGroup(
                services: [service],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                await outbox.wait { $0.notifications.allSatisfy { $0.state == .delivered } }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
        let calls = try await bot.calls()
        #expect(calls.map(\.method) == ["chat.postMessage", "chat.update", "chat.postMessage"])
        #expect(calls.last?.arguments["thread_ts"]?.string == SlackConversationTests.first.timestamp)
    }
}
