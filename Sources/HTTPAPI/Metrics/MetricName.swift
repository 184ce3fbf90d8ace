/// Names as Prometheus takes them (Prometheus documentation, "Data model" and "Metric and label naming").
enum MetricName {
    static func counter(_ label: String) -> String { suffixed(plain(label), "_total") }

    static func timer(_ label: String) -> String { suffixed(plain(label), "_seconds") }

    /// Letters, digits, `_` and `:`, not beginning with a digit; everything else becomes `_`.
    static func plain(_ label: String) -> String { cleaned(label, alsoAllowed: [UInt8(ascii: ":")]) }

    /// Labels in the order given, a repeated name once; `le` belongs to histograms.
    static func labels(_ dimensions: [(String, String)]) -> [MetricLabel] {
        var labels: [MetricLabel] = []
        for (name, value) in dimensions {
            var name = cleaned(name, alsoAllowed: [])
            if name == "le" || name.hasPrefix("__") { name = "label_\(name)" }
            if labels.contains(where: { $0.name == name }) { continue }
            labels.append(MetricLabel(name, value))
        }
        return labels
    }

    private static func cleaned(_ text: String, alsoAllowed: [UInt8]) -> String {
        let bytes = text.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                byte
            default: alsoAllowed.contains(byte) ? byte : UInt8(ascii: "_")
            }
        }
        let startsWithDigit = bytes.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
        return (startsWithDigit ? "_" : "") + String(decoding: bytes, as: UTF8.self)
    }

    private static func suffixed(_ name: String, _ suffix: String) -> String {
        name.hasSuffix(suffix) ? name : name + suffix
    }
}

/// Upper bounds of histogram buckets.
enum MetricBuckets {
    /// For the time that a request, a commit or an attempt takes.
    private static let short: [Double] = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// For what may wait out a receiver's bad day.
    private static let long: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200, 21_600, 86_400,
    ]
    /// For counts and bytes.
    static let sizes: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000]

    static func seconds(_ name: String) -> [Double] {
        name.contains("end_to_end") || name.hasSuffix("_delay_seconds") ? long : short
    }
}
