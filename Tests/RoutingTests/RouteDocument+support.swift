import Routing

/// A document with one Slack, one mail and one webhook destination, and the given rules.
func document(rules: String, fallback: String = #"{"send": ["soc"]}"#, accounts: String = "{}") -> String {
    """
    {"version": 1, "accounts": \(accounts),
     "destinations": {
      "soc": {"type": "slack", "url": {"env": "SOC_URL"}},
      "mail": {"type": "email", "to": ["soc@example.com"]},
      "hook": {"type": "webhook", "url": {"env": "HOOK_URL"}}},
     "email": {"host": "127.0.0.1", "port": 2525, "tls": "none", "from": "noroshi@example.com"},
     "rules": \(rules), "fallback": \(fallback)}
    """
}

func parse(_ text: String) throws(RouteDocumentError) -> RouteDocument {
    try RouteDocument.parse(Array(text.utf8), file: "routes.json").document
}

/// Every diagnostic of the text as a line, warnings included.
func diagnostics(_ text: String) -> [RouteDiagnostic] {
    do throws(RouteDocumentError) {
        return try RouteDocument.parse(Array(text.utf8), file: "routes.json").warnings
    } catch {
        return error.diagnostics
    }
}
