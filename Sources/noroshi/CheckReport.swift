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

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        do {
            let (document, warnings) = try RouteDocument.parse(bytes, file: file)
            let lint = RouteLint(document, text: try JSONDocument.parse(bytes), file: file)
            self.document = document
            claims = (warnings.map(CheckReport.claim) + lint.claims).sorted {
                let (left, right) = ($0.diagnostic.position, $1.diagnostic.position)
                return (left.line, left.column) < (right.line, right.column)
            }
            coverage = Coverage(RoutingTable(document, version: 0))
        } catch {
            document = nil
            claims = (error as? RouteDocumentError)?.diagnostics.map(CheckReport.claim) ?? []
            coverage = nil
        }
    }

    /// What the reader of the file said.
    private static func claim(_ diagnostic: RouteDiagnostic) -> Claim {
        Claim(kind: .word(diagnostic.severity == .error ? "invalid" : "doubtful"), diagnostic: diagnostic, proof: .text)
    }

    var hasErrors: Bool { document == nil }

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
            "diagnostics": .array(claims.map(\.json)),
            "coverage": coverage?.json,
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
            lines += [coverage.text(colours: colours), ""]
        }
        let counts = [
            CheckReport.counted(count(.error), "error"), CheckReport.counted(count(.warning), "warning"),
            CheckReport.counted(count(.note), "note"),
        ].compactMap { $0 }
        if let document {
            let size = [
                CheckReport.counted(document.rules.count, "rule"),
                CheckReport.counted(document.destinations.count, "destination"),
            ].compactMap { $0 }.joined(separator: ", ")
            let warned = counts.isEmpty ? "" : "; \(counts.joined(separator: ", "))"
            lines.append(colours.paint("\(file): good (\(size.isEmpty ? "no rules" : size))\(warned)", .green))
        } else {
            lines.append(colours.paint("\(file): not usable; \(counts.joined(separator: ", "))", .red))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func counted(_ count: Int, _ noun: String) -> String? {
        count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}

extension Coverage {
    /// A line for each account group and Region, a column for each severity.
    fileprivate func text(colours: Colours) -> String {
        let hasGroups = rows.contains { $0.group != nil }
        let hasRegions = rows.contains { $0.region != nil }
        var columns: [Table.Column] = []
        if hasGroups { columns.append(.init(title: "ACCOUNTS")) }
        if hasRegions { columns.append(.init(title: "REGION")) }
        columns += Coverage.severities.map { Table.Column(title: $0.label) }
        let lines = rows.map { row in
            var cells: [Table.Cell] = []
            if hasGroups { cells.append(.init(row.group ?? "other")) }
            if hasRegions { cells.append(.init(row.region ?? "other")) }
            return cells + row.cells.map(\.shown)
        }
        let cut = isCut ? ["and more account groups or Regions, not shown"] : []
        return ([Table(columns: columns, rows: lines).text(width: nil, colours: colours)] + cut)
            .joined(separator: "\n")
    }
}

extension Coverage.Cell {
    fileprivate var shown: Table.Cell {
        switch self {
        case .routed(let destinations):
            let more = destinations.count > 2 ? " +\(destinations.count - 2)" : ""
            return Table.Cell(destinations.prefix(2).joined(separator: ", ") + more)
        case .suppressed: return Table.Cell("suppressed", .faint)
        case .unrouted(let rules): return Table.Cell(rules.isEmpty ? "UNROUTED" : "unrouted*", .red)
        case .cannotTell: return Table.Cell("cannot tell", .faint)
        }
    }
}
