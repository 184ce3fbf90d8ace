package import Findings
import FoundationEssentials
import Routing

extension ReplayProgress {
    /// As it rests in a column.
    package var storedForm: JSONValue {
        .compact([
            "phase": .string(phase.rawValue),
            "done": .integer(done),
            "of": .integer(of),
            "since": since?.storedForm,
            "findings": findings.storedForm,
        ])
    }

    /// Reads ``storedForm`` back; `nil` for what another version wrote.
    package init?(stored text: String) {
        guard let json = try? JSONDocument.parse(text), let phase = json["phase"]?.string.flatMap(Phase.init),
            let done = json["done"]?.counted, let of = json["of"]?.counted
        else { return nil }
        self.init(
            phase: phase,
            done: done,
            of: of,
            since: try? json["since"]?.double.map { try Date(stored: $0) },
            findings: ReplayClass.counts(json["findings"])
        )
    }
}
