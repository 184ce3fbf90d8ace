import Findings

/// An event that matches some patterns and not others, put together around a finding.
struct EventSketch {
    private let finding: Finding
    private let wanted: [EventPattern]
    private let refused: [EventPattern]
    /// Values that are set whatever the patterns would rather have, by path.
    private let forced: [String: String]

    /// How many combinations of the patterns' `$or` alternatives are tried.
    private static let mostTries = 64

    init(_ finding: Finding, _ patterns: [(pattern: EventPattern, matches: Bool)], forced: [String: String] = [:]) {
        self.finding = finding
        wanted = patterns.filter(\.matches).map(\.pattern)
        refused = patterns.filter { $0.matches == false }.map(\.pattern)
        self.forced = forced
    }

    /// The finding in such an event, `nil` when none was found; the engine itself has judged it.
    var observation: Observation? {
        var combinations: [[EventPattern.Field]] = [[]]
        for pattern in wanted {
            combinations = combinations.flatMap { left in pattern.branches.map { left + $0.fields } }
            combinations = Array(combinations.prefix(EventSketch.mostTries))
        }
        for fields in combinations {
            // First with what an event of the kind has anyway, then with nothing but what the patterns ask for.
            for hasEnvelope in [true, false] {
                if let observation = observation(fields, hasEnvelope: hasEnvelope) { return observation }
            }
        }
        return nil
    }

    private func observation(_ fields: [EventPattern.Field], hasEnvelope: Bool) -> Observation? {
        var tests: [(path: String, tests: [ValueTest])] = []
        for field in fields {
            if let index = tests.firstIndex(where: { $0.path == field.path }) {
                tests[index].tests.append(field.test)
            } else {
                tests.append((field.path, [field.test]))
            }
        }
        var root = SketchedObject()
        for (path, tests) in tests {
            if let value = forced[path] {
                guard root.set(path, value) else { return nil }
                continue
            }
            let usual = envelope.first { $0.path == path }.map { [$0.value] } ?? []
            switch ValueWitness(tests: tests, preferred: usual).value {
            case .json(let value): guard root.set(path, value) else { return nil }
            case .absent: root.forbid(path)
            case .unknown: return nil
            }
        }
        if hasEnvelope {
            // A detail of another kind holds no list of findings.
            let isListed = tests.allSatisfy { $0.path.hasPrefix("detail.") == $0.path.hasPrefix("detail.findings") }
            for (path, value) in envelope where isListed || path.hasPrefix("detail.") == false {
                root.fill(path, value)
            }
        }
        return judged(root)
    }

    /// What every event says of itself, as JSON.
    private var envelope: [(path: String, value: String)] {
        let severity = JSONValue.string(finding.severity.label).text
        var members = [
            ("source", JSONValue.string(finding.source).text),
            ("detail-type", JSONValue.string("Security Hub Findings - Imported").text),
            ("detail.findings.Title", JSONValue.string(finding.title).text),
            ("detail.findings.Severity.Label", severity),
        ]
        if let account = finding.account {
            members += [
                ("account", JSONValue.string(account).text),
                ("detail.findings.AwsAccountId", JSONValue.string(account).text),
            ]
        }
        if let region = finding.region {
            members += [
                ("region", JSONValue.string(region).text), ("detail.findings.Region", JSONValue.string(region).text),
            ]
        }
        return members.map { (path: $0.0, value: $0.1) }
    }

    private func judged(_ root: SketchedObject) -> Observation? {
        let (text, isListed) = root.event
        do throws(JSONSyntaxError) {
            let event = try JSONDocument.parse(text)
            let observation = Observation(finding: finding, event: event, findingIndex: isListed ? 0 : nil)
            let seen = PatternEvent(observation)
            let isGood =
                wanted.allSatisfy { $0.matches(seen.event, narrowing: seen.narrowing) }
                && refused.allSatisfy { $0.matches(seen.event, narrowing: seen.narrowing) == false }
            return isGood ? observation : nil
        } catch {
            return nil
        }
    }
}

/// An object that grows path by path.
struct SketchedObject {
    private var members: [(key: String, value: Value)] = []
    private var forbidden: Set<String> = []

    private indirect enum Value {
        case leaf(String)
        case object(SketchedObject)
    }

    /// Puts the value at the path, keys joined by dots.
    ///
    /// - Parameters:
    ///   - path: Where it goes.
    ///   - json: JSON text.
    /// - Returns: Whether it could be put there: `false` when something else stands on the way.
    mutating func set(_ path: String, _ json: String) -> Bool {
        set(path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)[...], json)
    }

    private mutating func set(_ path: ArraySlice<String>, _ json: String) -> Bool {
        guard let key = path.first else { return false }
        let index = members.firstIndex { $0.key == key }
        guard path.count > 1 else {
            guard index == nil else { return false }
            members.append((key, .leaf(json)))
            return true
        }
        var inner = SketchedObject()
        if let index {
            guard case .object(let known) = members[index].value else { return false }
            inner = known
        }
        guard inner.set(path.dropFirst(), json) else { return false }
        if let index { members[index].value = .object(inner) } else { members.append((key, .object(inner))) }
        return true
    }

    /// Nothing may stand at the path.
    mutating func forbid(_ path: String) { forbidden.insert(path) }

    /// Puts the value at the path unless something stands there, or nothing may.
    mutating func fill(_ path: String, _ json: String) {
        guard forbidden.contains(path) == false else { return }
        _ = set(path, json)
    }

    /// The object as an event, in which `detail.findings` is a list of one.
    var event: (text: String, isListed: Bool) {
        guard case .object(let detail)? = members.first(where: { $0.key == "detail" })?.value,
            case .object(let finding)? = detail.members.first(where: { $0.key == "findings" })?.value
        else { return (json.text, false) }
        var detailMembers = detail.members.map { JSONValue.Member($0.key, SketchedObject.json($0.value)) }
        for index in detailMembers.indices where detailMembers[index].key == "findings" {
            detailMembers[index].value = .array([finding.json])
        }
        let all = members.map { member in
            JSONValue.Member(
                member.key,
                member.key == "detail" ? .object(detailMembers) : SketchedObject.json(member.value)
            )
        }
        return (JSONValue.object(all).text, true)
    }

    private var json: JSONValue { .object(members.map { .init($0.key, SketchedObject.json($0.value)) }) }

    private static func json(_ value: Value) -> JSONValue {
        switch value {
        case .leaf(let text): .raw(text)
        case .object(let object): object.json
        }
    }
}
