import Findings
import FoundationEssentials
import Routing

extension ReplaySamples {
    /// Each sample once, and the lists by their places.
    var storedForm: JSONValue {
        var places: [ObjectIdentifier: Int] = [:]
        var samples: [JSONValue] = []
        let ordered = lists.sorted { one, other in
            (one.key.kind, one.key.destination ?? "") < (other.key.kind, other.key.destination ?? "")
        }
        let stored = ordered.map { place, list -> JSONValue in
            let numbers = list.map { sample -> JSONValue in
                if let known = places[ObjectIdentifier(sample)] { return .integer(known) }
                places[ObjectIdentifier(sample)] = samples.count
                samples.append(sample.storedForm)
                return .integer(samples.count - 1)
            }
            return .compact([
                "class": .string(place.kind.rawValue),
                "destination": place.destination.map { .string($0) },
                "samples": .array(numbers),
            ])
        }
        return ["samples": .array(samples), "lists": .array(stored)]
    }

    /// Reads ``storedForm`` back.
    init(storedForm json: JSON?) throws(StoredFormError) {
        self.init(ReplayLimits())
        let samples = try json?.list("samples", ReplaySample.init(storedForm:)) ?? []
        for list in json?["lists"]?.elements ?? [] {
            guard let kind = ReplayClass(rawValue: try list.text("class")) else { throw .misplaced("class") }
            var found: [ReplaySample] = []
            for number in list["samples"]?.elements.compactMap(\.integer) ?? [] {
                guard samples.indices.contains(number) else { throw .misplaced("samples") }
                found.append(samples[number])
            }
            lists[Place(kind: kind, destination: list["destination"]?.string)] = found
        }
    }
}

extension ReplaySample {
    fileprivate var storedForm: JSONValue {
        func names(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        return .compact([
            "finding": finding.storedForm,
            "id": findingID.map { .string($0) },
            "at": receivedAt.storedForm,
            "position": position.map { .integer(Int($0)) },
            "before": before.storedForm,
            "after": after.storedForm,
            "class": .string(kind.rawValue),
            "lost": names(change.lost),
            "gained": names(change.gained),
            "changed": names(change.changed),
        ])
    }

    fileprivate convenience init(storedForm json: JSON) throws(StoredFormError) {
        guard let finding = json["finding"] else { throw .misplaced("finding") }
        guard let kind = ReplayClass(rawValue: try json.text("class")) else { throw .misplaced("class") }
        self.init(
            finding: try Finding(storedForm: finding),
            findingID: json["id"]?.string,
            receivedAt: try json.date("at"),
            position: json["position"]?.integer.map { Int64($0) },
            before: SampledDecision(storedForm: json["before"]),
            after: SampledDecision(storedForm: json["after"]),
            change: DecisionChange(
                kind: kind,
                lost: json.strings("lost"),
                gained: json.strings("gained"),
                changed: json.strings("changed")
            )
        )
    }
}

extension SampledDecision {
    fileprivate var storedForm: JSONValue {
        var destinations: [String]?
        var suppressing: String?
        switch verdict {
        case .routed(let names): destinations = names
        case .suppressed(let rule): suppressing = rule
        case .unrouted: break
        }
        return .compact([
            "matched": .array(matched.map { .string($0) }),
            "to": destinations.map { .array($0.map { .string($0) }) },
            "suppressed": suppressing.map { .string($0) },
        ])
    }

    fileprivate init(storedForm json: JSON?) {
        let destinations = json?["to"]?.elements.compactMap(\.string)
        self.init(
            matched: json?.strings("matched") ?? [],
            verdict: destinations.map { .routed($0) } ?? json?["suppressed"]?.string.map { .suppressed(rule: $0) }
                ?? .unrouted
        )
    }
}
