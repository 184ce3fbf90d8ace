/// A table of the embedded store, and where its columns go.
struct ImportedTable: Sendable {
    /// What a column holds here; a number of the embedded store may be a flag.
    enum Kind: String, Sendable {
        case bigint, float8, text, bytea, bool
    }

    struct Column: Sendable {
        /// Here, and in the embedded store.
        var name: String
        var source: String
        var kind: Kind

        init(_ name: String, _ kind: Kind, from source: String? = nil) {
            self.name = name
            self.kind = kind
            self.source = source ?? name
        }
    }

    var name: String
    var columns: [Column]
    /// By which columns it is read.
    var order: [String]
    /// The column whose numbers the database gives out.
    var identity: String?

    private init(_ name: String, order: [String], identity: String? = nil, _ columns: [(Kind, [String])]) {
        self.name = name
        self.order = order
        self.identity = identity
        self.columns = columns.flatMap { kind, names in names.map { Column($0, kind) } }
    }

    private func renaming(_ source: String, to name: String) -> ImportedTable {
        var renamed = self
        for index in columns.indices where columns[index].source == source { renamed.columns[index].name = name }
        return renamed
    }

    private static let findings: [ImportedTable] = [
        ImportedTable(
            "findings",
            order: ["number"],
            [
                (.bigint, ["number", "hash", "problem", "observation", "observations", "severity"]),
                (.text, ["key", "status", "kind", "disposition", "account", "region", "title"]),
                (.float8, ["observed_at", "first_seen_at", "last_seen_at"]),
            ]
        ),
        ImportedTable("problems", order: ["key"], [(.bytea, ["key"]), (.bigint, ["finding"])]),
        ImportedTable(
            "observations",
            order: ["number"],
            [
                (.bigint, ["number", "finding", "position", "severity", "version"]), (.float8, ["received_at"]),
                (.text, ["status", "disposition", "detail", "content"]),
            ]
        ),
        ImportedTable("redeliveries", order: ["key"], [(.bytea, ["key"]), (.float8, ["received_at"])]),
        ImportedTable(
            "rule_hours",
            order: ["rule", "hour"],
            [(.text, ["rule"]), (.bigint, ["hour", "matched", "ended", "first"])]
        ),
        ImportedTable(
            "fate_hours",
            order: ["part", "hour", "name"],
            [(.bigint, ["part", "hour", "told", "held", "suppressed", "unrouted"]), (.text, ["name"])]
        ),
        ImportedTable(
            "open_hours",
            order: ["hour", "account"],
            [(.bigint, ["hour", "change"]), (.text, ["account"])]
        ),
        ImportedTable(
            "quarantine",
            order: ["id"],
            identity: "id",
            [
                (.bigint, ["id", "size"]), (.float8, ["received_at"]), (.text, ["reason"]), (.bytea, ["bytes", "key"]),
                (.bool, ["released"]),
            ]
        ),
        ImportedTable(
            "set_aside",
            order: ["position"],
            [
                (.bigint, ["position", "observations", "retries"]), (.float8, ["received_at", "set_aside_at"]),
                (.text, ["reason"]), (.bool, ["wanted"]),
            ]
        ),
    ]

    private static let alerts: [ImportedTable] = [
        ImportedTable(
            "alerts",
            order: ["finding", "destination"],
            [
                (
                    .bigint,
                    [
                        "finding", "severity", "notified_severity", "count", "version", "grp", "waiting",
                        "waiting_severity", "held_severity",
                    ]
                ), (.text, ["destination", "status", "rule", "waiting_transition", "held", "held_by"]),
                (.float8, ["observed_at", "first_seen_at", "last_seen_at", "opened_at"]),
                (.bool, ["announced", "untold_text"]),
            ]
        ),
        ImportedTable(
            "alert_groups",
            order: ["number"],
            [
                (.bigint, ["number", "told"]), (.bytea, ["name"]),
                (.text, ["kind", "destination", "rule", "key", "labels", "reason"]),
                (.float8, ["created_at", "flushed_at", "due_at", "remind_at", "next_at"]),
            ]
        ),
        ImportedTable(
            "waiting_items",
            order: ["number"],
            [
                (
                    .bigint,
                    [
                        "number", "grp", "state", "finding", "observation", "problem", "version", "severity", "count",
                        "units",
                    ]
                ), (.text, ["kind", "destination", "rule", "transition", "notification"]),
                (.float8, ["received_at", "opened_at", "first_seen_at"]),
            ]
        ),
        ImportedTable(
            "inhibition_sources",
            order: ["problem", "destination", "key"],
            [(.text, ["destination", "key", "finding"]), (.bigint, ["problem", "severity"])]
        ),
        ImportedTable(
            "inhibited",
            order: ["problem", "destination", "key"],
            [(.text, ["destination", "key"]), (.bigint, ["problem", "finding"])]
        ),
    ]

    private static let queue: [ImportedTable] = [
        ImportedTable(
            "notifications",
            order: ["number"],
            [
                (
                    .bigint,
                    [
                        "number", "state", "severity", "claim_order", "claim_concurrency", "attempts", "uncertain",
                        "finding", "observation", "count", "version", "units", "turn", "known_severity",
                    ]
                ),
                (
                    .text,
                    [
                        "id", "destination", "recipient", "claim_lane", "fallback_for", "dead_reason", "error_class",
                        "transition", "rule", "thread", "bundle", "rendered",
                    ]
                ),
                (
                    .float8,
                    [
                        "created_at", "due_at", "retrying_since", "claimed_at", "first_seen_at", "opened_at",
                        "received_at",
                    ]
                ), (.bool, ["minimal"]),
            ]
        ),
        ImportedTable(
            "attempts",
            order: ["notification", "number"],
            [
                (.bigint, ["notification", "number", "status"]),
                (.text, ["verdict", "error_class", "detail", "peer_address", "reply"]),
                (
                    .float8,
                    [
                        "started_at", "finished_at", "name_lookup", "connect", "tls", "first_byte", "total",
                        "next_due_at",
                    ]
                ),
            ]
        ),
        ImportedTable(
            "conversations",
            order: ["destination", "thread"],
            [(.text, ["destination", "thread", "channel", "timestamp"]), (.float8, ["posted_at"])]
        ),
        ImportedTable(
            "lanes",
            order: ["lane"],
            [(.text, ["lane", "paused_reason"]), (.bigint, ["failures"]), (.float8, ["not_before", "paid_until"])]
        ).renaming("paused_reason", to: "gone_reason"),
        ImportedTable(
            "pauses",
            order: ["destination"],
            [(.text, ["destination", "reason", "author"]), (.float8, ["paused_at"])]
        ),
    ]

    private static let rules: [ImportedTable] = [
        ImportedTable(
            "revisions",
            order: ["version"],
            [
                (.bigint, ["version", "parent"]), (.text, ["hash", "author", "note", "origin"]),
                (.float8, ["activated_at"]),
            ]
        ),
        ImportedTable(
            "rule_texts",
            order: ["number"],
            identity: "number",
            [(.bigint, ["number"]), (.text, ["hash"]), (.bytea, ["text"])]
        ),
        ImportedTable(
            "drafts",
            order: ["number"],
            identity: "number",
            [
                (.bigint, ["number", "base", "change"]), (.text, ["owner", "proposal"]), (.bytea, ["text", "buffer"]),
                (.float8, ["created_at", "changed_at"]),
            ]
        ),
        ImportedTable(
            "draft_steps",
            order: ["draft", "step"],
            [(.bigint, ["draft", "step", "base"]), (.bytea, ["text"])]
        ),
        ImportedTable(
            "audit",
            order: ["number"],
            identity: "number",
            [
                (.bigint, ["number"]), (.float8, ["at"]),
                (.text, ["actor", "action", "subject", "before", "after", "note", "request_id"]),
            ]
        ),
        ImportedTable(
            "sessions",
            order: ["id"],
            [(.bytea, ["id", "seal"]), (.text, ["token"]), (.float8, ["created_at", "used_at"])]
        ),
        ImportedTable(
            "silences",
            order: ["number"],
            [
                (.bigint, ["number"]), (.text, ["id", "matchers", "owner", "reason", "destinations", "created_by"]),
                (.float8, ["starts_at", "ends_at", "created_at", "updated_at"]),
                (.bool, ["breaks_on_raise", "closed"]),
            ]
        ),
        ImportedTable(
            "shadows",
            order: ["number"],
            identity: "number",
            [
                (.bigint, ["number", "base", "observations", "missed"]), (.text, ["author", "draft", "end_reason"]),
                (.bytea, ["text"]), (.float8, ["started_at", "ended_at", "last_missed"]),
            ]
        ),
        ImportedTable(
            "shadow_differences",
            order: ["hour", "effect", "destination"],
            [(.bigint, ["hour", "count"]), (.text, ["effect", "destination"])]
        ),
        ImportedTable(
            "shadow_samples",
            order: ["number"],
            identity: "number",
            [(.bigint, ["number"]), (.float8, ["received_at"]), (.text, ["detail"])]
        ),
        ImportedTable(
            "replays",
            order: ["number"],
            identity: "number",
            [
                (.bigint, ["number", "form", "candidate", "against", "node", "revision"]),
                (.text, ["id", "question", "depth", "author", "state", "progress", "failure", "draft"]),
                (.float8, ["since", "until", "created_at", "started_at", "finished_at", "heard_at"]),
                (.bool, ["unwanted"]),
            ]
        ),
        ImportedTable(
            "replay_contents",
            order: ["replay", "part"],
            [(.bigint, ["replay"]), (.text, ["part"]), (.bytea, ["content"])]
        ),
    ]

    /// The journal as it is moved, but for what the database adds of its own.
    static let journal = ImportedTable(
        "journal",
        order: ["position"],
        [
            (.bigint, ["position", "observations"]), (.float8, ["received_at"]), (.text, ["source", "request_id"]),
            (.bytea, ["body"]),
        ]
    ).renaming("position", to: "sequence")

    /// Every table but the journal and the numbers that hold for all rows.
    static let all = findings + alerts + queue + rules
}
