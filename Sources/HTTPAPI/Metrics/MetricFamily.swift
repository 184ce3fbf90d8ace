/// All series of one name, ready to be written in Prometheus' text form, version 0.0.4.
///
/// Source: Prometheus documentation, "Exposition formats", text-based format.
package struct MetricFamily: Sendable, Hashable {
    package var name: String
    package var kind: Kind
    package var help: String
    package var samples: [Sample]

    package enum Kind: String, Sendable, Hashable {
        case counter, gauge, histogram
    }

    /// One line. Labels stand in the order given.
    package struct Sample: Sendable, Hashable {
        /// What follows the family's name: `_bucket`, `_sum`, `_count`, or nothing.
        package var suffix: String
        package var labels: [MetricLabel]
        package var value: Double

        package init(_ value: Double, labels: [MetricLabel] = [], suffix: String = "") {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    package init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// The exposition: families in the order of their names, those without samples left out.
    package static func text(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families.sorted(by: { $0.name < $1.name }) where family.samples.isEmpty == false {
            family.write(to: &text)
        }
        return text
    }

    private func write(to text: inout String) {
        text += "# HELP \(name) \(MetricFamily.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name + sample.suffix
            if sample.labels.isEmpty == false {
                let labels = sample.labels.map { "\($0.name)=\"\(MetricFamily.escaped($0.value, quotes: true))\"" }
                text += "{\(labels.joined(separator: ","))}"
            }
            text += " \(MetricFamily.number(sample.value))\n"
        }
    }

    /// Whole numbers without a fraction, and the words that Go's `ParseFloat` takes.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += #"\\"#
            case "\n": out += #"\n"#
            case "\"" where quotes: out += #"\""#
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

/// One `name="value"` of a series.
package struct MetricLabel: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
