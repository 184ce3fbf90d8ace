/// JSON with one member a line, for reading.
package enum PrettyJSON {
    /// The same values, indented by two spaces.
    ///
    /// - Parameter text: JSON, as it came.
    /// - Returns: `nil` when the text is not JSON.
    package static func text(_ text: String) -> String? {
        do {
            return render(try JSONDocument.parse(text), indent: "")
        } catch {
            // Not every body is JSON, and then it is shown as it is.
            return nil
        }
    }

    private static func render(_ json: JSON, indent: String) -> String {
        let deeper = indent + "  "
        switch json.kind {
        case .object:
            let members = json.members.map { member in
                "\(deeper)\(JSONValue.string(member.key).text): \(render(member.value, indent: deeper))"
            }
            return members.isEmpty ? "{}" : "{\n\(members.joined(separator: ",\n"))\n\(indent)}"
        case .array:
            let elements = json.elements.map { deeper + render($0, indent: deeper) }
            return elements.isEmpty ? "[]" : "[\n\(elements.joined(separator: ",\n"))\n\(indent)]"
        default: return json.text
        }
    }
}
