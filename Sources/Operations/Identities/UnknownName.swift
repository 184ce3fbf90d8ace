import Findings
import Routing

/// A name that the rules in force do not hold, in a question that found nothing: it may be a slip of the pen.
package struct UnknownName: Error, Hashable {
    package enum Noun: String, Sendable, Hashable {
        case rule, destination
    }

    package var noun: Noun
    package var name: String
    /// The nearest one that there is, when one is near.
    package var nearest: String?
    /// The names that there are.
    package var known: [String]
}

extension RouteDocument {
    /// Refuses names that the rules do not hold.
    ///
    /// - Throws: ``UnknownName``, of the first that is not known.
    func require(rule: String? = nil, destination: String? = nil) throws(UnknownName) {
        let questions: [(UnknownName.Noun, String?, [String])] = [
            (.rule, rule, rules.map(\.name)), (.destination, destination, destinations.map(\.name)),
        ]
        for case (let noun, let name?, let names) in questions where names.contains(name) == false {
            throw UnknownName(noun: noun, name: name, nearest: NearestWord.of(name, among: names), known: names)
        }
    }
}
