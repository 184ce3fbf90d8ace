import Findings
import HTTPSurface
import Operations
import Routing

/// Who is told of a finding with nothing particular about it, by account group, Region and severity, and of what rules name.
struct CoveragePage {
    var report: CoverageReport
    var bench: Workbench
    var accounts = AccountBook()
    /// What is shown of it.
    var view: View

    /// What whoever looks wants to see.
    struct View: Sendable, Hashable {
        /// The draft, beside the rules in force.
        var isDraft = false
        /// Only rows with a cell that reaches nobody.
        var onlyHoles = false
        /// Only rows with a cell that the rules in force decide otherwise.
        var onlyChanged = false
        /// Part of the names of the rows.
        var text = ""
    }

    private var coverage: Coverage { report.coverage }

    /// Rows that are shown at once, which keeps the page below 300 kB.
    private static let most = 120
    /// Destinations that a cell names; its example says all.
    private static let mostNames = 8

    var page: Page {
        Page(
            title: "Coverage",
            area: .coverage,
            content: """
                \(bench.bar)<div class="head"><div><h1>Coverage</h1><p>Who is told of a finding that has nothing particular about \
                it, by account group, Region and severity, and of each product, source and type that a rule names. Every cell \
                was decided by the engine on an example, which opens in Try it. The numbers are findings seen in the last \
                \(CoverageOperations.days) days.</p></div><span class="s f">\(name)</span></div>
                \(sets)\(filters)\(matrix)
                """
        )
    }

    private var name: String {
        report.version.map { "rules v\($0)" } ?? bench.draft.map { "draft \($0.id)" } ?? "draft"
    }

    /// A row with how many findings of each severity there were; `nil` where they are not told apart.
    private struct Counted {
        var row: Coverage.Row
        var counts: [Severity: Int]?
    }

    private var rows: [Counted] {
        zip(coverage.rows, report.counts).map { Counted(row: $0, counts: $1) }
            + coverage.named.map { Counted(row: $0, counts: nil) }
    }

    private var holes: Int { rows.flatMap(\.row.cells).count { $0.outcome == .unrouted } }

    private var differences: Int { rows.flatMap(\.row.cells).count(where: \.differs) }

    private var shown: [Counted] {
        let wanted = view.text.lowercased()
        return rows.filter { counted in
            let row = counted.row
            let isHole = row.cells.contains { $0.outcome == .unrouted }
            let isChanged = row.cells.contains(where: \.differs)
            let names = [
                row.group ?? "no group", row.region ?? "other", row.name.map { "\($0.field.rawValue) \($0.word)" },
            ]
            let isNamed = wanted.isEmpty || names.contains { $0?.lowercased().contains(wanted) == true }
            return isNamed && (isHole || view.onlyHoles == false) && (isChanged || view.onlyChanged == false)
        }
    }

    /// Whose coverage it is, while there is a draft.
    private var sets: HTML {
        guard let draft = bench.draft else { return "" }
        func tab(_ path: HTML, _ words: HTML, _ isCurrent: Bool) -> HTML {
            #"<a href="\#(path)"\#(isCurrent ? #" aria-current="true""# : "" as HTML)>\#(words)</a>"#
        }
        return """
            <nav class="tabs" aria-label="Rules">\(tab("/coverage", "in force", view.isDraft == false))\
            \(tab("/coverage?set=draft", "draft \(draft.id)", view.isDraft))</nav>
            """
    }

    private var filters: HTML {
        func box(_ name: HTML, _ isChecked: Bool, _ words: HTML) -> HTML {
            """
            <label class="check"><input type="checkbox" name="\(name)" value="1"\(isChecked ? " checked" : "" as HTML)> \
            <span>\(words)</span></label>
            """
        }
        let changed: HTML =
            view.isDraft
            ? #"<input type="hidden" name="set" value="draft">\#(box("changed", view.onlyChanged, "only rows that differ from what is in force"))"#
            : ""
        return """
            <form class="filters" action="/coverage"><input type="search" name="q" aria-label="Account group, Region or name" \
            value="\(view.text)" placeholder="@production, eu-*, GuardDuty" maxlength="200">\
            \(box("holes", view.onlyHoles, "only rows that reach nobody somewhere"))\(changed)\
            <button class="b">Show</button></form>
            """
    }

    private var matrix: HTML {
        let shown = shown
        guard shown.isEmpty == false else {
            let all: HTML = view.isDraft ? "/coverage?set=draft" : "/coverage"
            let words: HTML =
                view.text.isEmpty && view.onlyChanged && differences == 0
                ? #"The draft decides every example as the rules in force do. <a class="u" href="\#(all)">Show all</a>"#
                : view.text.isEmpty && view.onlyHoles && holes == 0
                    ? "Every cell reaches somebody, or is suppressed with a reason."
                    : #"No row fits. <a class="u" href="\#(all)">Show all</a>"#
            return #"<section class="card"><p class="body m">\#(words)</p></section>"#
        }
        let heads: [HTML] = Coverage.severities.map { #"<th scope="col">\#(.severity($0))</th>"# }
        let left = shown.count - CoveragePage.most
        let more: HTML = left > 0 ? "\(.number(left)) more rows are not shown: filter them. " : ""
        let cut: HTML =
            coverage.isCut ? "There are more account groups, Regions or names than are worked out. " : ""
        let count: HTML =
            holes == 0 ? "Every cell reaches somebody. " : "\(.number(holes)) cells reach nobody. "
        let differing: HTML =
            view.isDraft ? "\(.number(differences)) cells differ from what is in force. " : ""
        return """
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Coverage"><table class="matrix">\
            <caption class="vh">Destinations by account group, Region and severity</caption><thead><tr>\
            <th scope="col">Accounts</th><th scope="col">Region or kind</th>\(heads)</tr></thead>\
            <tbody>\(shown.prefix(CoveragePage.most).map(line))</tbody></table></div>\
            <footer>\(count)\(differing)\(more)\(cut)\(.icon(.clock, "i-s inline")) in a digest, or held at some hours; everything else at \
            once or after its group’s wait.</footer></section>
            """
    }

    private func line(_ counted: Counted) -> HTML {
        let row = counted.row
        let accounts: HTML =
            row.isEveryGroup ? "every account" : "<b>\(row.group ?? "no group")</b>\(members(row.group))"
        let kind: HTML =
            row.name.map { #"\#($0.field.rawValue) <b>\#($0.word)</b>"# } ?? "\(row.region ?? "other Regions")"
        return """
            <tr><th scope="row">\(accounts)</th><td class="s m">\(kind)</td>\(cells(counted))</tr>
            """
    }

    /// Accounts that a row names.
    private static let mostMembers = 3

    /// Which accounts are in a group, by their names where they are known.
    private func members(_ group: String?) -> HTML {
        guard let group, let ids = bench.rules.document.accounts[String(group.dropFirst())] else { return "" }
        let shown: [HTML] = ids.prefix(CoveragePage.mostMembers).map { id in
            #"<span class="xs f blk">\#(HTML.account(id, name: accounts.name(of: id)))</span>"#
        }
        let left = ids.count - CoveragePage.mostMembers
        return "\(shown)\(left > 0 ? #"<span class="xs f blk">and \#(left) more</span>"# as HTML : "")"
    }

    private func cells(_ counted: Counted) -> HTML {
        let cells: [HTML] = zip(Coverage.severities, counted.row.cells).map { severity, cell in
            let spot = CoverageSpot(counted.row, severity, isDraft: view.isDraft)
            return self.cell(cell, at: spot, count: counted.counts.map { $0[severity] ?? 0 })
        }
        return "\(cells)"
    }

    private func cell(_ cell: Coverage.Cell, at spot: CoverageSpot, count: Int?) -> HTML {
        let exceptions: [HTML] = cell.exceptions.map { exception in
            var spot = spot
            spot.rule = exception.rule
            return #"<span class="cn">not so for <a class="u" href="\#(spot.path)">\#(exception.rule)</a></span>"#
        }
        let notes: HTML = "\(before(cell))\(findings(cell, count))\(exceptions)"
        guard cell.example != nil else { return #"<td class="f">cannot tell\#(notes)</td>"# }
        let path = spot.path
        switch cell.outcome {
        case .routed(let told):
            let names: [HTML] = told.prefix(CoveragePage.mostNames).map { one in
                let mark: HTML
                if one.isDropped {
                    mark = #"\#(.icon(.mute, "i-s"))\#(.hidden("not told at some hours"))"#
                } else if one.isDigest {
                    mark = #"\#(.icon(.clock, "i-s"))\#(.hidden("in a digest"))"#
                } else if one.isHeld {
                    mark = #"\#(.icon(.clock, "i-s"))\#(.hidden("held at some hours"))"#
                } else {
                    mark = ""
                }
                return #"<span class="row">\#(one.destination)\#(mark)</span>"#
            }
            let left = told.count - CoveragePage.mostNames
            let more: HTML = left > 0 ? #"<span class="row">and \#(left) more</span>"# : ""
            return #"<td><a class="cell" href="\#(path)">\#(names)\#(more)</a>\#(notes)</td>"#
        case .suppressed(let rule):
            return #"<td class="sup"><a class="cell" href="\#(path)">suppressed by \#(rule)</a>\#(notes)</td>"#
        case .unrouted:
            return """
                <td class="hole"><a class="t-bad row" href="\(path)">\(.icon(.nobody, "i-s"))nobody</a>\(notes)</td>
                """
        case .cannotTell: return #"<td class="f">cannot tell\#(notes)</td>"#
        }
    }

    /// What the rules in force make of the same example, where that is something else.
    private func before(_ cell: Coverage.Cell) -> HTML {
        guard cell.differs, let former = cell.former else { return "" }
        let words: String =
            switch former {
            case .routed(let told):
                told.prefix(CoveragePage.mostNames).map(\.inWords).joined(separator: ", ")
                    + (told.count > CoveragePage.mostNames ? " and \(told.count - CoveragePage.mostNames) more" : "")
            case .suppressed(let rule): "suppressed by \(rule)"
            case .unrouted: "nobody"
            case .cannotTell: "cannot tell"
            }
        return #"<span class="was">\#(.icon(.swap, "i-s"))in force: \#(words)</span>"#
    }

    /// How many there really were; of what reaches somebody, nothing is said where there were none.
    private func findings(_ cell: Coverage.Cell, _ count: Int?) -> HTML {
        guard let count, count > 0 || cell.outcome == .unrouted else { return "" }
        return #"<span class="cn">\#(.number(count)) \#(count == 1 ? "finding" : "findings")</span>"#
    }
}

extension Coverage.Told {
    fileprivate var inWords: String {
        destination + (isDropped ? " (not at some hours)" : isDigest ? " (digest)" : isHeld ? " (held)" : "")
    }
}
