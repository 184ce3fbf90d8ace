import Findings
import HTTPSurface
import Routing

/// Who is told of a finding with nothing particular about it, by account group, Region and severity, and of what rules name.
struct CoveragePage {
    var coverage: Coverage
    /// Of the rules.
    var version: Int
    /// Whether only rows with a cell that reaches nobody are shown.
    var onlyHoles: Bool
    /// Part of the names of the rows that are shown.
    var text: String

    /// Rows that are shown at once.
    private static let most = 120

    var page: Page {
        Page(
            title: "Coverage",
            area: .coverage,
            content: """
                <div class="head"><div><h1>Coverage</h1><p>Who is told of a finding that has nothing particular about it, by \
                account group, Region and severity, and of each product, source and type that a rule names. Every cell was \
                decided by the engine on an example, which opens in Try it.</p></div><span class="s f">rules v\(version)</span></div>
                \(filters)\(matrix)
                """
        )
    }

    private var rows: [Coverage.Row] { coverage.rows + coverage.named }

    private var holes: Int { rows.flatMap(\.cells).count { $0.outcome == .unrouted } }

    private var shown: [Coverage.Row] {
        let wanted = text.lowercased()
        return rows.filter { row in
            let isHole = row.cells.contains { $0.outcome == .unrouted }
            let names = [
                row.group ?? "no group", row.region ?? "other", row.name.map { "\($0.field.rawValue) \($0.word)" },
            ]
            let isNamed = wanted.isEmpty || names.contains { $0?.lowercased().contains(wanted) == true }
            return isNamed && (isHole || onlyHoles == false)
        }
    }

    private var filters: HTML {
        let checked: HTML = onlyHoles ? " checked" : ""
        return """
            <form class="filters" action="/coverage"><input type="search" name="q" aria-label="Account group, Region or name" \
            value="\(text)" placeholder="@production, eu-*, GuardDuty" maxlength="200"><label class="check">\
            <input type="checkbox" name="holes" value="1"\(checked)> <span>only rows that reach nobody somewhere</span></label>\
            <button class="b">Show</button></form>
            """
    }

    private var matrix: HTML {
        let shown = shown
        guard shown.isEmpty == false else {
            let words: HTML =
                onlyHoles && text.isEmpty
                ? "Every cell reaches somebody, or is suppressed with a reason."
                : #"No row fits. <a class="u" href="/coverage">Show all</a>"#
            return #"<section class="card"><p class="body m">\#(words)</p></section>"#
        }
        let heads: [HTML] = Coverage.severities.map { #"<th scope="col">\#(.severity($0))</th>"# }
        let left = shown.count - CoveragePage.most
        let more: HTML = left > 0 ? "\(.number(left)) more rows are not shown: filter them. " : ""
        let cut: HTML =
            coverage.isCut ? "There are more account groups, Regions or names than are worked out. " : ""
        let count: HTML =
            holes == 0 ? "Every cell reaches somebody. " : "\(.number(holes)) cells reach nobody. "
        return """
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Coverage"><table class="matrix">\
            <caption class="vh">Destinations by account group, Region and severity</caption><thead><tr>\
            <th scope="col">Accounts</th><th scope="col">Region or kind</th>\(heads)</tr></thead>\
            <tbody>\(shown.prefix(CoveragePage.most).map(line))</tbody></table></div>\
            <footer>\(count)\(more)\(cut)\(.icon(.clock, "i-s inline")) in a digest, or held at some hours; everything else at \
            once or after its group’s wait.</footer></section>
            """
    }

    private func line(_ row: Coverage.Row) -> HTML {
        let accounts: HTML = row.isEveryGroup ? "every account" : "<b>\(row.group ?? "no group")</b>"
        let kind: HTML =
            row.name.map { #"\#($0.field.rawValue) <b>\#($0.word)</b>"# } ?? "\(row.region ?? "other Regions")"
        return """
            <tr><th scope="row">\(accounts)</th><td class="s m">\(kind)</td>\(row.cells.map(cell))</tr>
            """
    }

    private func cell(_ cell: Coverage.Cell) -> HTML {
        let exceptions: [HTML] = cell.exceptions.map { exception in
            """
            <span class="cn">not so for <a class="u" href="\(CoveragePage.path(exception.witness))">\(exception.rule)</a></span>
            """
        }
        guard let example = cell.example else { return #"<td class="f">cannot tell\#(exceptions)</td>"# }
        let path = CoveragePage.path(example)
        switch cell.outcome {
        case .routed(let told):
            let names: [HTML] = told.map { one in
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
            return #"<td><a class="cell" href="\#(path)">\#(names)</a>\#(exceptions)</td>"#
        case .suppressed(let rule):
            return #"<td class="sup"><a class="cell" href="\#(path)">suppressed by \#(rule)</a>\#(exceptions)</td>"#
        case .unrouted:
            return """
                <td class="hole"><a class="t-bad row" href="\(path)">\(.icon(.nobody, "i-s"))nobody</a>\(exceptions)</td>
                """
        case .cannotTell: return #"<td class="f">cannot tell\#(exceptions)</td>"#
        }
    }

    private static func path(_ example: String) -> String { "/try?as=fields&fields=\(example.percentEncoded)" }
}
