import Findings

extension WrittenPattern {
    /// The pattern in as few words as a list has room for: `Resources.Type AwsS3Bucket, Title *public*`.
    package var summary: String {
        do throws(JSONSyntaxError) {
            return WrittenPattern.leaves(try JSONDocument.parse(Array(text.utf8)), under: []).joined(separator: ", ")
        } catch {
            return text
        }
    }

    private static func leaves(_ json: JSON, under path: [String]) -> [String] {
        json.members.flatMap { member -> [String] in
            if member.key == "$or" {
                let branches = member.value.elements.map { leaves($0, under: path).joined(separator: " and ") }
                return [branches.joined(separator: " or ")]
            }
            let path = path + [member.key]
            guard member.value.kind == .array else { return leaves(member.value, under: path) }
            // Where everything stands tells nothing.
            let rest = path.drop { $0 == "detail" || $0 == "findings" }
            let name = (rest.isEmpty ? path[...] : rest).joined(separator: ".")
            return ["\(name) \(member.value.elements.map(word).joined(separator: " or "))"]
        }
    }

    private static func word(_ alternative: JSON) -> String {
        guard let operation = alternative.members.first else { return alternative.string ?? alternative.text }
        let value = operation.value
        let plain = value.members.first.map { $0.value } ?? value
        let words = plain.kind == .array ? plain.elements : [plain]
        let text = words.map { $0.string ?? $0.text }.joined(separator: operation.key == "numeric" ? " " : ", ")
        switch operation.key {
        case "prefix": return "\(text)*"
        case "suffix": return "*\(text)"
        case "anything-but": return "not \(text)"
        case "exists": return value.bool == false ? "missing" : "present"
        case "cidr": return "in \(text)"
        default: return text
        }
    }
}
