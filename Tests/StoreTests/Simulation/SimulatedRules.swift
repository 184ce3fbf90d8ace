import Findings
import Routing
import Store

/// Rule sets between which simulated people switch.
enum SimulatedRules {
    /// Version 1 and later.
    static func tables() throws -> [RoutingTable] {
        try [rules(grouped), rules(plain), rules(loud), rules(quiet)].enumerated().map { index, text in
            RoutingTable(try RouteDocument.parse(Array(text.utf8), file: "routes.json").document, version: index + 1)
        }
    }

    private static func rules(_ rules: String) -> String {
        """
        { "version": 1,
          "windows": { "nights": { "times": ["20:00-06:00"] }, "weekend": { "weekdays": ["saturday-sunday"] } },
          "destinations": {
            "chat": { "type": "slack", "url": { "env": "A" }, "rate": "4/m" },
            "mail": { "type": "email", "to": ["a@example.com", "b@example.com"] },
            "hook": { "type": "webhook", "url": { "env": "B" } },
            "daily": { "type": "email", "to": ["d@example.com"], "digest": { "at": ["09:00"] } } },
          "email": { "host": "127.0.0.1", "port": 25, "tls": "none", "from": "n@example.com" },
          "rules": [ \(rules) ],
          "fallback": { "send": ["hook"] } }
        """
    }

    private static let grouped = """
        { "name": "sandbox", "when": { "account": "999999999999" }, "suppress": "nobody works there" },
        { "name": "critical", "when": { "severity": "critical" }, "send": ["chat"],
          "group": { "by": ["account"], "wait": "30s", "interval": "5m", "repeat": "24h" } },
        { "name": "high", "when": { "severity": "high" }, "send": ["mail", "chat"],
          "group": { "by": ["account", "region"], "wait": "2m", "interval": "10m", "repeat": "48h" },
          "mute": [{ "during": ["nights"], "severity": "<=high", "then": "hold" }] },
        { "name": "medium", "when": { "severity": "medium" }, "send": ["mail"],
          "unless": { "equal": ["resource"] } },
        { "name": "low", "when": { "severity": "<=low" }, "send": ["daily"] }
        """

    private static let plain = """
        { "name": "critical", "when": { "severity": "critical" }, "send": ["chat", "mail"] },
        { "name": "high", "when": { "severity": ">=high" }, "send": ["mail", "chat"],
          "mute": [{ "outside": ["weekend"], "severity": "<=high", "then": "drop", "reason": "weekends only" }] },
        { "name": "medium", "when": { "severity": ">=low" }, "send": ["hook"],
          "unless": { "equal": ["account"], "missing": "equal" } }
        """

    /// The one rule that wants to know of acknowledgements.
    static let tellsAcknowledged = "medium"

    private static let loud = """
        { "name": "high", "when": {}, "send": ["chat"],
          "notify": ["opened", "raised", "reopened", "resolved", "lowered", "updated"] },
        { "name": "medium", "when": { "severity": ">=medium" }, "send": ["mail"],
          "group": { "by": "all", "wait": "0s", "interval": "1m", "repeat": "12h" },
          "notify": ["opened", "raised", "reopened", "resolved", "reminder", "acknowledged"] },
        { "name": "low", "when": {}, "send": ["daily"] }
        """

    private static let quiet = """
        { "name": "high", "when": { "severity": ">=high", "status": "!RESOLVED" }, "send": ["chat"],
          "group": { "by": [], "wait": "5m", "interval": "1h" },
          "mute": [{ "during": ["nights", "weekend"], "severity": "<=high" }] },
        { "name": "medium", "when": { "severity": "medium" }, "send": ["mail", "hook"],
          "digest": { "at": ["08:00", "16:00"] } }
        """
}
