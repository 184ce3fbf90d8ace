import Findings
import HTTPSurface
import Operations
import Store

/// Open findings by account, the accounts with the worst ones first.
struct OpenAccountsView {
    var open: OpenAccounts
    var accounts = AccountBook()

    private static let severities: [Severity] = [.critical, .high, .medium, .low]

    var html: HTML {
        let heads: [HTML] = OpenAccountsView.severities.map { #"<th scope="col" class="num">\#(.severity($0))</th>"# }
        let more: HTML =
            open.others == 0
            ? "" : #"<footer>\#(.number(open.others)) more accounts have open findings.</footer>"#
        let table: HTML =
            open.accounts.isEmpty
            ? #"<p class="body m">No finding is open.</p>"#
            : """
            <div class="scroll" tabindex="0" role="region" aria-label="Open findings"><table class="mid stackable">\
            <caption class="vh">Open findings by account and severity</caption><thead><tr><th scope="col">Account</th>\(heads)\
            <th scope="col" class="num">All</th><th scope="col" class="num"><span class="vh">Change in </span>\
            \(StatisticsOperations.changeHours) h</th></tr></thead><tbody>\(open.accounts.map(line))</tbody></table></div>\(more)
            """
        return """
            <section class="card"><header><h2>Open findings by account</h2></header>\
            <form class="body filters" action="/findings" role="search"><input type="search" name="q" aria-label="Findings" \
            placeholder="account:111122223333 severity:>=high" maxlength="500"><button class="b">Show</button></form>\
            \(table)</section>
            """
    }

    private func line(_ account: OpenAccounts.Account) -> HTML {
        let name = accounts.label(account.account, name: account.name.map { String($0.prefix(80)) })
        let cells: [HTML] = OpenAccountsView.severities.map { severity in
            let count = account.counts[severity] ?? 0
            return
                #"<td data-l="\#(severity.label)" class="num">\#(count == 0 ? #"<span class="f">0</span>"# : link(account, severity, count))</td>"#
        }
        return """
            <tr><td class="any">\(name)</td>\(cells)<td data-l="All" class="num">\(link(account, nil, account.total))</td>\
            <td data-l="\(StatisticsOperations.changeHours) h" class="num">\(change(account.change))</td></tr>
            """
    }

    private func change(_ change: Int) -> HTML {
        switch change {
        case 0: #"<span class="f">0</span>"#
        case ..<0: "−\(.number(-change))"
        default: "+\(.number(change))"
        }
    }

    /// What is counted, as a list.
    private func link(_ account: OpenAccounts.Account, _ severity: Severity?, _ count: Int) -> HTML {
        guard let id = account.account, id.isEmpty == false else { return .number(count) }
        let words = ["account:\(ConsolePath.quoted(id))", severity.map { "severity:\($0.label)" }, "status:active"]
        let query = words.compactMap(\.self).joined(separator: " ")
        return #"<a class="u" href="\#(ConsolePath.findings(query))">\#(.number(count))</a>"#
    }
}
