/// Several values in one text box: apart by commas, in double quotes where a value holds one.
enum ListText {
    static func text(_ values: [String]) -> String {
        values.map { value in
            let isPlain =
                value.isEmpty == false && value.contains(where: { $0 == "," || $0 == "\"" }) == false
                && value.first?.isWhitespace == false && value.last?.isWhitespace == false
            return isPlain ? value : "\"\(value.replacing("\"", with: "\"\""))\""
        }.joined(separator: ", ")
    }

    static func values(_ text: String) -> [String] {
        var values: [String] = []
        var value = ""
        var isQuoted = false
        var wasQuoted = false
        var rest = Substring(text)
        func trimmed() -> String {
            String(value.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
        func end() {
            let plain = wasQuoted ? value : trimmed()
            if wasQuoted || plain.isEmpty == false { values.append(plain) }
            value = ""
            wasQuoted = false
        }
        while let character = rest.popFirst() {
            if isQuoted {
                if character != "\"" {
                    value.append(character)
                } else if rest.first == "\"" {
                    value.append("\"")
                    rest.removeFirst()
                } else {
                    isQuoted = false
                }
            } else if character == ",", isQuoted == false {
                end()
            } else if character == "\"", value.allSatisfy(\.isWhitespace) {
                value = ""
                isQuoted = true
                wasQuoted = true
            } else if wasQuoted == false || character.isWhitespace == false {
                value.append(character)
            }
        }
        end()
        return values
    }
}
