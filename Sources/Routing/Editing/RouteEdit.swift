package import Findings

/// One change of a routes.json, named by JSON pointers (RFC 6901) into the text as it is before the change.
package enum RouteEdit: Sendable, Hashable {
    /// Gives a member or an element this value; a member that is not there is added at the end.
    case set(String, JSONValue)
    case remove(String)
    /// Puts a new element into the array at the pointer: before another element of it, `nil` for the end.
    case insert(String, JSONValue, before: Int?)
    /// Moves an element within its array: before another element of it, `nil` for the end.
    case move(String, before: Int?)
    /// Gives a member another name; it stays in its place.
    case rename(String, to: String)
}

/// Why a change cannot be made.
package enum RouteEditError: Error, Hashable, CustomStringConvertible {
    /// Nothing is there, or something else than the change is for.
    case notThere(pointer: String, reason: String)
    /// The text is not JSON to begin with.
    case notJSON(JSONSyntaxError)

    package var description: String {
        switch self {
        case .notThere(let pointer, let reason): "\(EscapedText.visible(pointer, limit: 300)): \(reason)"
        case .notJSON(let error): "\(error)"
        }
    }
}
