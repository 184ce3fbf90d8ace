import Findings
import FoundationEssentials
import Routing

/// What the stored forms of a replay are put together from.
extension JSON {
    func text(_ member: String) throws(StoredFormError) -> String {
        guard let text = self[member]?.string else { throw .misplaced(member) }
        return text
    }

    /// A number of things: none that a sum of such numbers could overflow with.
    var counted: Int? { integer.flatMap { (0...1 << 40).contains($0) ? $0 : nil } }

    func count(_ member: String) throws(StoredFormError) -> Int {
        guard let count = self[member]?.counted else { throw .misplaced(member) }
        return count
    }

    func date(_ member: String) throws(StoredFormError) -> Date {
        guard let seconds = self[member]?.double else { throw .misplaced(member) }
        return try Date(stored: seconds)
    }

    func strings(_ member: String) -> [String] { self[member]?.elements.compactMap(\.string) ?? [] }

    func list<Value>(
        _ member: String,
        _ read: (JSON) throws(StoredFormError) -> Value
    ) throws(StoredFormError) -> [Value] {
        var values: [Value] = []
        for element in self[member]?.elements ?? [] { values.append(try read(element)) }
        return values
    }
}

extension StoredFormError {
    static func misplaced(_ member: String) -> StoredFormError {
        StoredFormError("`\(member)` of a replay holds what does not belong there")
    }
}

extension Date {
    var storedForm: JSONValue { .double(timeIntervalSinceReferenceDate) }
}

extension [ReplayClass: Int] {
    var storedForm: JSONValue {
        .object(
            ReplayClass.allCases.compactMap { kind in
                self[kind].map { JSONValue.Member(kind.rawValue, .integer($0)) }
            }
        )
    }
}

extension ReplayClass {
    static func counts(_ json: JSON?) -> [ReplayClass: Int] {
        var counts: [ReplayClass: Int] = [:]
        for kind in allCases { counts[kind] = json?[kind.rawValue]?.counted }
        return counts
    }
}
