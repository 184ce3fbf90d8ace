import CurlClient
import Findings
import FoundationEssentials
import Store
import Triage

/// What a Slack-compatible receiver's reply means.
///
/// Slack's body string is the reliable key; which status goes with which string is only partly documented
/// (docs.slack.dev, "Sending messages using incoming webhooks", "Handling errors"; the lists of errors of
/// "chat.postMessage" and "chat.update"). A 200 may hold `"ok": false`.
enum SlackReply {
    static func verdict(_ response: HTTPResponse, now: Date) -> HTTPVerdict {
        let byStatus = HTTPVerdict(response, now: now)
        let text = ShownText.clean(String(decoding: response.body.prefix(8192), as: UTF8.self))
        let json = text.hasPrefix("{") ? try? JSONDocument.parse(text) : nil  // else it is read as text
        if response.status == 429 { return rateLimited(byStatus, json) }
        let said = word(text, json)
        if let said, let known = verdict(for: said) { return known }
        guard (200..<300) ~= response.status else {
            guard byStatus.verdict == .messageRefused, let said else { return byStatus }
            return unknown(said, response.status)
        }
        if let json, isRefusal(json) {
            if let said { return unknown(said, response.status) }
            return HTTPVerdict(
                verdict: .messageRefused,
                errorClass: .messageRefused,
                detail: "the receiver answered \(response.status), but its body says that it did not take the message"
            )
        }
        guard text.hasPrefix("<") == false else {
            return HTTPVerdict(
                verdict: .destinationFailed(retryAfter: nil),
                errorClass: .serverError,
                detail: "a web page answered in place of a webhook; check `url` and what stands between"
            )
        }
        return .delivered
    }

    /// What a method of the Web API answers.
    struct Answer: Sendable, Hashable {
        var verdict: HTTPVerdict
        /// Slack's word for what went wrong.
        var word: String?
        /// Where the message stands now.
        var posted: Notification.Posted?

        /// Whether the message that was to be changed or replied to can be changed no more: then a new one takes its place.
        var isLost: Bool {
            switch word {
            case "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found",
                "cannot_reply_to_message", "no_dual_broadcast_content_update", "cant_broadcast_message",
                // Replies are closed, but the channel itself is not.
                "restricted_action_thread_locked":
                true
            default: false
            }
        }
    }

    /// What a reply of the Web API means: only an `"ok": true` is one (docs.slack.dev, "Using the Slack Web API").
    static func answer(_ response: HTTPResponse, now: Date) -> Answer {
        let verdict = verdict(response, now: now)
        let text = ShownText.clean(String(decoding: response.body.prefix(65_536), as: UTF8.self))
        let json = text.hasPrefix("{") ? try? JSONDocument.parse(text) : nil  // else it is no answer
        guard verdict.verdict == .delivered else { return Answer(verdict: verdict, word: word(text, json)) }
        guard json?["ok"]?.bool == true else {
            // The request arrived whole and something said yes, though not in Slack's words: nobody knows what became of it.
            let detail = "what answered is not Slack's Web API; check \"api\" and what stands between"
            return Answer(verdict: HTTPVerdict(verdict: .uncertain, errorClass: .replyLost, detail: detail))
        }
        guard let channel = json?["channel"]?.string, let timestamp = json?["ts"]?.string,
            [channel, timestamp].allSatisfy({ $0.wholeMatch(of: #/[A-Za-z0-9.]{1,64}/#) != nil })
        else { return Answer(verdict: .delivered) }
        return Answer(verdict: .delivered, posted: Notification.Posted(channel: channel, timestamp: timestamp))
    }

    private static func rateLimited(_ byStatus: HTTPVerdict, _ json: JSON?) -> HTTPVerdict {
        guard case .destinationFailed(nil) = byStatus.verdict, let seconds = json?["retry_after"]?.double, seconds >= 0
        else { return byStatus }
        var verdict = byStatus
        verdict.verdict = .destinationFailed(retryAfter: .seconds(Int64(min(seconds, 1e9).rounded(.up))))
        return verdict
    }

    /// The error word: the whole body, or `error` of a JSON body.
    private static func word(_ text: String, _ json: JSON?) -> String? {
        let word = json?["error"]?.string ?? (json == nil ? text : nil)
        guard let word, word.utf8.count <= 60, word.utf8.first != 0x5F,
            word.utf8.allSatisfy({ $0 == 0x5F || (0x61...0x7A) ~= $0 || (0x30...0x39) ~= $0 })
        else {
            return nil
        }
        return word
    }

    /// Rocket.Chat says `success`, Zulip `result`, Slack's Web API `ok`.
    private static func isRefusal(_ json: JSON) -> Bool {
        json["ok"]?.bool == false || json["success"]?.bool == false || json["result"]?.string == "error"
    }

    /// A word that is not in the lists: it may mean anything, so ``SlackNotifier`` has it tried again a few times.
    private static func unknown(_ word: String, _ status: Int) -> HTTPVerdict {
        HTTPVerdict(
            verdict: .messageRefused,
            errorClass: .messageRefused,
            detail: "the receiver answered \(status) with a word that is not known here: \(word)",
            isUnknownWord: true
        )
    }

    private static func verdict(for word: String) -> HTTPVerdict? {
        switch word {
        case "invalid_payload", "invalid_blocks", "invalid_blocks_format", "invalid_attachments", "no_text",
            "too_many_attachments", "too_many_blocks", "msg_too_long", "msg_blocks_too_long", "user_not_found",
            "missing_text_or_fallback_or_attachments", "attachment_payload_limit_exceeded", "markdown_text_conflict",
            "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "too_many_contact_cards",
            "block_mismatch", "slack_connect_blocked_file_type", "invalid_arg_name", "invalid_array_arg",
            "invalid_arguments",
            "invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type", "invalid_json",
            "json_not_object", "message_not_found", "cant_update_message", "edit_window_closed",
            "cannot_reply_to_message", "thread_not_found", "no_dual_broadcast_content_update",
            "cant_broadcast_message":
            refused(word)
        case _ where word.hasPrefix("slack_connect_") && word.hasSuffix("_sharing_blocked"): refused(word)
        case "invalid_token", "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive",
            "action_prohibited", "posting_to_general_channel_denied", "missing_scope", "not_in_channel",
            "not_allowed_token_type", "no_permission", "access_denied", "ekm_access_denied", "restricted_action",
            "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
            "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "team_access_not_granted",
            "two_factor_setup_required", "enterprise_is_restricted", "app_access_restricted", "is_bot":
            HTTPVerdict(
                verdict: .destinationGone,
                errorClass: .authentication,
                detail: "the receiver refuses access: \(word)"
            )
        case "no_service", "no_service_id", "no_team", "no_active_hooks", "team_disabled", "channel_not_found",
            "channel_is_archived", "is_archived", "is_inactive", "team_not_found", "messages_tab_disabled",
            "unknown_method", "method_deprecated", "deprecated_endpoint", "method_not_supported_for_channel_type",
            "channel_type_not_supported":
            HTTPVerdict(
                verdict: .destinationGone,
                errorClass: .destinationGone,
                detail: "the destination or its channel is gone or disabled: \(word)"
            )
        case "fatal_error", "internal_error":
            // "It's possible some aspect of the operation succeeded before the error was raised."
            HTTPVerdict(
                verdict: .uncertain,
                errorClass: .serverError,
                detail: "the receiver has failed and may have taken the message: \(word)"
            )
        case "rollup_error", "service_unavailable", "request_timeout", "team_added_to_org", "org_login_required",
            "external_channel_migrating", "update_failed", "streaming_state_conflict":
            HTTPVerdict(
                verdict: .destinationFailed(retryAfter: nil),
                errorClass: .serverError,
                detail: "the receiver has failed: \(word)"
            )
        case "rate_limited", "ratelimited", "accesslimited", "message_limit_exceeded":
            HTTPVerdict(
                verdict: .destinationFailed(retryAfter: nil),
                errorClass: .rateLimited,
                detail: "the receiver takes no more messages for now: \(word)"
            )
        default: nil
        }
    }

    private static func refused(_ word: String) -> HTTPVerdict {
        HTTPVerdict(
            verdict: .messageRefused,
            errorClass: .messageRefused,
            detail: "the receiver refused the message: \(word)"
        )
    }
}
