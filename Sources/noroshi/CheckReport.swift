import Findings
import Routing

/// What `check` found in one file.
struct CheckReport {
    let file: String
    /// `nil` when there are errors.
    let document: RouteDocument?
    /// In the order of the file.
    let claims: [Claim]
    /// `nil` when there are errors.
    let coverage: Coverage?
    /// What came of the expectations; empty when there are errors.
    let expectations: ExpectationReport

    init(_ bytes: [UInt8], file: String, examples: ExpectationExamples) {
        self.file = file
        do throws(RouteDocumentError) {
            let (document, warnings, text) = try RouteDocument.parse(bytes, file: file)
            let table = RoutingTable(document, version: 0)
            let report = table.expectationReport(examples)
            self.document = document
            expectations = report
            let failures = CheckReport.claims(report, text, file)
            claims = Claim.all(of: document, warnings: warnings, text: text, file: file, and: failures)
            coverage = Coverage(table)
        } catch {
            document = nil
            claims = error.diagnostics.map { Claim($0) }
            coverage = nil
            expectations = ExpectationReport()
        }
    }

    /// What does not hold, at its place in the text.
    private static func claims(_ report: ExpectationReport, _ text: JSON, _ file: String) -> [Claim] {
        let elements = text["expectations"]?.elements ?? []
        return report.results.compactMap { result in
            guard let reason = result.reason, elements.indices.contains(result.place) else { return nil }
            let diagnostic = RouteDiagnostic(
                severity: .error,
                file: file,
                position: elements[result.place].position,
                pointer: "/expectations/\(result.place)",
                message: "the expectation \"\(EscapedText.visible(result.name))\" does not hold: \(reason)"
            )
            return Claim(kind: .word("expectation"), diagnostic: diagnostic, proof: .text)
        }
    }

    /// Whether it is refused, or does not do what is expected of it.
    var hasErrors: Bool { document == nil || expectations.held < expectations.results.count }

    var hasWarnings: Bool { count(.warning) > 0 }

    private func count(_ severity: RouteDiagnostic.Severity) -> Int {
        claims.count { $0.diagnostic.severity == severity }
    }

    var json: JSONValue {
        .compact([
            "file": .string(file),
            "ok": .bool(hasErrors == false),
            "errors": .integer(count(.error)),
            "warnings": .integer(count(.warning)),
            "notes": .integer(count(.note)),
            "expectations": document == nil || expectations.isEmpty ? nil : expectations.json,
            "diagnostics": .array(claims.map(\.json)),
            "coverage": coverage?.json,
            "coverageByName": coverage?.namedJSON,
        ])
    }

    func text(colours: Colours, isVerbose: Bool = false) -> String {
        var lines = claims.map { claim in
            let colour: Colours.Colour =
                switch claim.diagnostic.severity {
                case .error: .red
                case .warning: .yellow
                case .note: .faint
                }
            return colours.paint(claim.text(isVerbose: isVerbose), colour)
        }
        if let coverage, coverage.rows.isEmpty == false {
            if lines.isEmpty == false { lines.append("") }
            lines += [coverage.text(colours: colours, isVerbose: isVerbose), ""]
        }
        let counts = [
            CheckReport.counted(count(.error), "error"), CheckReport.counted(count(.warning), "warning"),
            CheckReport.counted(count(.note), "note"),
        ].compactMap { $0 }
        if let document {
            let size = [
                CheckReport.counted(document.rules),
                CheckReport.counted(document.destinations.count, "destination"),
                CheckReport.counted(document.sources.count, "source"),
            ].compactMap { $0 }.joined(separator: ", ")
            let warned = counts.isEmpty ? "" : "; \(counts.joined(separator: ", "))"
            let held = expectations.isEmpty ? "" : "; \(expectations.words)"
            let verdict = hasErrors ? "usable, but not as expected" : "good"
            let line = "\(file): \(verdict) (\(size.isEmpty ? "no rules" : size))\(held)\(warned)"
            lines.append(colours.paint(line, hasErrors ? .red : .green))
        } else {
            lines.append(colours.paint("\(file): not usable; \(counts.joined(separator: ", "))", .red))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func counted(_ rules: [Rule]) -> String? {
        let off = rules.count { $0.isEnabled == false }
        return counted(rules.count, "rule").map { off == 0 ? $0 : "\($0), \(off) of them off" }
    }

    private static func counted(_ count: Int, _ noun: String) -> String? {
        count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}

extension Coverage {
    /// A line for each account group and Region, a column for each severity; then the same for what rules name, and what
    /// the marks mean.
    fileprivate func text(colours: Colours, isVerbose: Bool) -> String {
        var parts = [Coverage.text(rows, hasNames: false, colours: colours)]
        if named.isEmpty == false { parts.append(Coverage.text(named, hasNames: true, colours: colours)) }
        let cells = (rows + named).flatMap(\.cells)
        let told = cells.flatMap(\.told)
        var legend: [String] = []
        if told.contains(where: \.isDigest) { legend.append("(digest)   told in a summary at its times") }
        if told.contains(where: \.isHeld) { legend.append("(held)     held back while a mute window lasts") }
        if told.contains(where: \.isDropped) { legend.append("(dropped)  not told while a mute window lasts") }
        var named: Set<String> = []
        for exception in cells.flatMap(\.exceptions) where named.insert(exception.rule).inserted {
            legend.append(
                "*          not so for what rule \"\(EscapedText.visible(exception.rule))\" asks for, "
                    + "as in \(EscapedText.visible(isVerbose ? exception.witness : exception.words, limit: 300))"
            )
        }
        if legend.isEmpty == false { parts.append(legend.joined(separator: "\n")) }
        if isCut { parts.append("and more account groups, Regions or names, not shown") }
        return parts.joined(separator: "\n\n")
    }

    private static func text(_ rows: [Row], hasNames: Bool, colours: Colours) -> String {
        let hasGroups = rows.contains { $0.group != nil }
        let hasRegions = rows.contains { $0.region != nil }
        var columns: [Table.Column] = hasNames ? [.init(title: "FOR")] : []
        if hasGroups { columns.append(.init(title: "ACCOUNTS")) }
        if hasRegions { columns.append(.init(title: "REGION")) }
        columns += Coverage.severities.map { Table.Column(title: $0.label) }
        let lines = rows.map { row in
            var cells: [Table.Cell] = row.name.map { [.init("\($0.field.rawValue) \($0.word)")] } ?? []
            if hasGroups { cells.append(.init(row.isEveryGroup ? "all" : row.group ?? "other")) }
            if hasRegions { cells.append(.init(row.region ?? "other")) }
            return cells + row.cells.map(\.shown)
        }
        return Table(columns: columns, rows: lines).text(width: nil, colours: colours)
    }
}

extension Coverage.Cell {
    fileprivate var told: [Coverage.Told] { if case .routed(let told) = outcome { told } else { [] } }

    fileprivate var shown: Table.Cell {
        let mark = exceptions.isEmpty ? "" : "*"
        switch outcome {
        case .routed(let told):
            // Two, and one more for each other way of being told, so that no digest hides behind a number.
            var marks: Set<String> = []
            let ways = told.filter { marks.insert($0.mark).inserted }
            let named = ways.count > 1 ? ways : Array(told.prefix(2))
            let more = told.count > named.count ? " +\(told.count - named.count)" : ""
            return Table.Cell(named.map(\.shown).joined(separator: ", ") + more + mark)
        case .suppressed: return Table.Cell("suppressed\(mark)", .faint)
        case .unrouted: return Table.Cell(exceptions.isEmpty ? "UNROUTED" : "unrouted*", .red)
        case .cannotTell: return Table.Cell("cannot tell", .faint)
        }
    }
}

extension Coverage.Told {
    fileprivate var shown: String { destination + mark }

    fileprivate var mark: String { isDropped ? " (dropped)" : isDigest ? " (digest)" : isHeld ? " (held)" : "" }
}
