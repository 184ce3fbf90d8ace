package import Findings
import FoundationEssentials
import Routing

extension ReplayResult {
    /// The form in which results are stored by this version of the program; another number for each that others cannot read.
    package static let form = 2

    /// The result as it rests: compact JSON, dates as seconds since 2001-01-01.
    ///
    /// One that would weigh too much goes without the samples of each destination, and says so.
    ///
    /// - Parameter most: What it may weigh, in bytes.
    /// - Returns: `nil` when it weighs more even then.
    package func stored(atMost most: Int) -> [UInt8]? {
        let whole = storedForm.bytes
        guard whole.count > most else { return whole }
        var smaller = self
        smaller.samples.forgetDestinations()
        smaller.cuts.append(ReplayCut.sampledDestinations)
        let rest = smaller.storedForm.bytes
        return rest.count > most ? nil : rest
    }

    private var storedForm: JSONValue {
        .compact([
            "since": since.storedForm,
            "until": until.storedForm,
            "cuts": .array(cuts.map { .string($0) }),
            "readsJournal": .bool(readsJournal),
            "observations": .integer(observations),
            "findings": findings.storedForm,
            "observationClasses": observationClasses.storedForm,
            "suppressedHigh": .integer(suppressedHigh),
            "destinations": .array(destinations.map(\.storedForm)),
            "rules": .array(
                rules.sorted { $0.key < $1.key }.map { rule, counts in
                    [.string(rule), .integer(counts.before), .integer(counts.after)]
                }
            ),
            "changes": .array(changes.map(\.storedForm)),
            "samples": samples.storedForm,
            "messages": messages?.storedForm,
        ])
    }

    /// Reads what ``stored(atMost:)`` gives.
    ///
    /// - Parameter bytes: Of a program that writes ``form``.
    /// - Throws: `StoredFormError` when they are damaged.
    package init(stored bytes: [UInt8]) throws(StoredFormError) {
        let json: JSON
        do {
            json = try JSONDocument.parse(bytes)
        } catch {
            throw StoredFormError("\(error)")
        }
        self.init(
            since: try json.date("since"),
            until: try json.date("until"),
            cuts: json.strings("cuts"),
            readsJournal: json["readsJournal"]?.bool ?? false,
            observations: try json.count("observations"),
            findings: ReplayClass.counts(json["findings"]),
            observationClasses: ReplayClass.counts(json["observationClasses"]),
            suppressedHigh: json["suppressedHigh"]?.counted ?? 0,
            destinations: try json.list("destinations", DestinationEffect.init(storedForm:)),
            rules: try json.rules,
            changes: try json.list("changes", ChangeEffect.init(storedForm:)),
            samples: try ReplaySamples(storedForm: json["samples"]),
            messages: try json["messages"].map { json throws(StoredFormError) in try MessageEffect(storedForm: json) }
        )
    }
}

extension JSON {
    fileprivate var rules: [String: HourlyCounts.Pair] {
        get throws(StoredFormError) {
            var rules: [String: HourlyCounts.Pair] = [:]
            for entry in self["rules"]?.elements ?? [] {
                let parts = entry.elements
                guard parts.count == 3, let name = parts[0].string, let before = parts[1].counted,
                    let after = parts[2].counted
                else { throw .misplaced("rules") }
                rules[name] = HourlyCounts.Pair(before: before, after: after)
            }
            return rules
        }
    }
}

extension DestinationEffect {
    fileprivate var storedForm: JSONValue {
        [
            "destination": .string(destination),
            "gained": .integer(findingsGained),
            "lost": .integer(findingsLost),
            "observations": observations.storedForm,
        ]
    }

    fileprivate init(storedForm json: JSON) throws(StoredFormError) {
        self.init(
            destination: try json.text("destination"),
            findingsGained: try json.count("gained"),
            findingsLost: try json.count("lost"),
            observations: try HourlyCounts(storedForm: json["observations"])
        )
    }
}

extension MessageEffect {
    fileprivate var storedForm: JSONValue {
        [
            "since": since.storedForm,
            "until": until.storedForm,
            "observations": .integer(observations),
            "destinations": .array(destinations.map(\.storedForm)),
        ]
    }

    fileprivate init(storedForm json: JSON) throws(StoredFormError) {
        self.init(
            since: try json.date("since"),
            until: try json.date("until"),
            observations: try json.count("observations"),
            destinations: try json.list("destinations", DestinationMessages.init(storedForm:))
        )
    }
}

extension DestinationMessages {
    fileprivate var storedForm: JSONValue {
        .compact([
            "destination": .string(destination),
            "messages": messages.storedForm,
            "rateBefore": hourlyRateBefore.map { .integer($0) },
            "rateAfter": hourlyRateAfter.map { .integer($0) },
            "sent": sent.map { .integer($0) },
        ])
    }

    fileprivate init(storedForm json: JSON) throws(StoredFormError) {
        self.init(
            destination: try json.text("destination"),
            messages: try HourlyCounts(storedForm: json["messages"]),
            hourlyRateBefore: json["rateBefore"]?.counted,
            hourlyRateAfter: json["rateAfter"]?.counted,
            sent: json["sent"]?.counted
        )
    }
}
