import FoundationEssentials
import Routing

/// The window of a document with one, written as in routes.json.
func window(_ json: String) throws -> TimeWindow {
    let text = """
        {"version": 1, "destinations": {"soc": {"type": "slack", "url": {"env": "U"}}}, "rules": [],
         "windows": {"w": \(json)}}
        """
    let windows = try parse(text).windows
    guard let window = windows.first else { throw RouteDocumentError(diagnostics: []) }
    return window
}

/// The moment of an ISO 8601 text.
func moment(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }
