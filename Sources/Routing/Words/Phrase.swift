/// Words for people, of which some carry the meaning: what is interpolated as a `String` is one of those.
package struct Phrase: Sendable, Hashable, ExpressibleByStringInterpolation {
    package struct Part: Sendable, Hashable {
        package var text: String
        /// Whether it is what this rule says, and not how every rule would say it.
        package var isStrong: Bool
    }

    package private(set) var parts: [Part]

    package init(stringLiteral value: String) { parts = value.isEmpty ? [] : [Part(text: value, isStrong: false)] }

    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    package var text: String { parts.map(\.text).joined() }

    /// The phrase as the beginning of a sentence.
    package var capitalised: Phrase {
        var phrase = self
        guard let first = phrase.parts.first else { return self }
        phrase.parts[0].text = first.text.prefix(1).uppercased() + first.text.dropFirst()
        return phrase
    }

    static func + (left: Phrase, right: Phrase) -> Phrase {
        var phrase = left
        phrase.parts += right.parts
        return phrase
    }

    /// The phrases with words between them.
    static func joined(_ phrases: [Phrase], _ separator: Phrase, last: Phrase? = nil) -> Phrase {
        guard let first = phrases.first else { return "" }
        return phrases.dropFirst().enumerated().reduce(first) { phrase, next in
            phrase + (next.offset == phrases.count - 2 ? last ?? separator : separator) + next.element
        }
    }

    /// The texts as strong parts: `a, b or c`.
    static func list(_ texts: [String], last: Phrase) -> Phrase { joined(texts.map { "\($0)" }, ", ", last: last) }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            if literal.isEmpty == false { parts.append(Part(text: literal, isStrong: false)) }
        }

        /// A name or value of a rule, which may be long and may hold anything.
        package mutating func appendInterpolation(_ text: String) {
            parts.append(Part(text: EscapedText.visible(EscapedText.oneLine(text), limit: 200), isStrong: true))
        }

        package mutating func appendInterpolation(_ phrase: Phrase) { parts += phrase.parts }
    }
}
