import Findings
import HTTPSurface
import Operations
import Routing
import Store

/// What a text may have meant that names nothing: hits by kind, each kind with the way to all of them.
struct GoPage {
    var text: String
    var rules: Hits<Rule>
    var destinations: Hits<String>
    var accounts: Hits<String>
    var findings: Hits<FindingRecord>
    /// Whether it took too long to look at the findings.
    var isCut: Bool
    /// What is known of accounts.
    var book: AccountBook
    var icons: [String: Icon]

    /// Some of what fits.
    struct Hits<Item> {
        var shown: [Item]
        var hasMore = false

        init(_ all: some Sequence<Item>) {
            let some = Array(all.prefix(GoPage.most + 1))
            shown = Array(some.prefix(GoPage.most))
            hasMore = some.count > GoPage.most
        }
    }

    /// Hits of a kind.
    static let most = 8

    var page: Page {
        Page(
            title: "Go to \(text)",
            area: nil,
            content: """
                <div class="head"><div><h1>Go to “\(text)”</h1><p>\(words)</p></div></div>
                <div class="stack-4">\(parts)</div>
                """
        )
    }

    private var isEmpty: Bool {
        rules.shown.isEmpty && destinations.shown.isEmpty && accounts.shown.isEmpty && findings.shown.isEmpty
    }

    private var words: HTML {
        isEmpty
            ? """
            No rule, destination, account or finding is called so. An id, an ARN, a name or part of one leads further, and so \
            does a version such as v41.
            """
            : "Nothing is called exactly so. This comes near it."
    }

    private var parts: HTML {
        let rules: [HTML] = rules.shown.map { rule in
            line(ConsolePath.rule(rule.name), rule.name, RuleRow.chips(rule.when, book))
        }
        let destinations: [HTML] = destinations.shown.map { name in
            let icon: HTML = .icon(icons[name] ?? .hook)
            return line(ConsolePath.destination(name), name, icon)
        }
        let accounts: [HTML] = accounts.shown.map { id in
            #"<li><a href="\#(ConsolePath.findings("account:\(ConsolePath.quoted(id))"))">\#(book.label(id))</a></li>"#
        }
        let findings: [HTML] = findings.shown.map { record in
            line(
                ConsolePath.finding(record.id),
                record.finding.title,
                "\(.severity(record.finding.severity)) \(book.label(record.finding))"
            )
        }
        return """
            \(part("Rules", rules, self.rules.hasMore, ConsolePath.rules(text)))\
            \(part("Destinations", destinations, self.destinations.hasMore, "/destinations"))\
            \(part("Accounts", accounts, self.accounts.hasMore, "/coverage"))\
            \(part("Findings", findings, self.findings.hasMore, ConsolePath.findings(text)))\
            \(isCut ? #"<p class="s m">It took too long to look for it in titles of findings.</p>"# : "" as HTML)
            """
    }

    private func line(_ path: String, _ name: String, _ more: HTML) -> HTML {
        #"<li><a href="\#(path)">\#(name)</a> <span class="xs f">\#(more)</span></li>"#
    }

    private func part(_ title: String, _ lines: [HTML], _ hasMore: Bool, _ path: String) -> HTML {
        guard lines.isEmpty == false else { return "" }
        let more: HTML = hasMore ? "More fit. " : ""
        return """
            <section class="card"><header><h2>\(title)</h2></header><ul class="body pick">\(lines)</ul>\
            <footer>\(more)<a class="u" href="\(path)">All \(title.lowercased())</a></footer></section>
            """
    }
}
