import Findings
import FoundationEssentials
import HTTPSurface
import Hummingbird
import Operations
import Routing
import Store
import Triage

/// The box of the menu, which leads to anything.
extension ConsoleRoutes {
    /// Shorter parts of a delivery's id are words as well.
    private static let shortestPart = 6

    /// Leads to whatever the text names: a rule, a version, a destination, a finding, a delivery or an account; else to what
    /// comes near it.
    func go(_ request: Request) async throws -> Lead {
        let text = (ConsoleRoutes.query(request)["q"] ?? "").trimmingPrefix { $0.isWhitespace }
        guard text.isEmpty == false else { return .elsewhere("/findings") }
        var name = String(text.prefix(2_048))
        while name.last?.isWhitespace == true { name.removeLast() }
        let active = try await operations.rules.active()
        if let active, name.first == "v", let number = Int(name.dropFirst()),
            (1...active.revision.version).contains(number)
        {
            return .elsewhere("/versions/\(number)")
        }
        var rules: RuleSet?
        if let active { rules = try await operations.rules.read(active.text) }
        if rules?.place(of: name) != nil { return .elsewhere(ConsolePath.rule(name)) }
        if operations.destinations.names.contains(name) { return .elsewhere(ConsolePath.destination(name)) }
        let book = await operations.accounts.book()
        if let path = try await record(name) ?? account(name, book) { return .elsewhere(path) }
        return .page(try await hits(name, rules?.document, book).page)
    }

    /// Where a finding or a delivery of this id is.
    private func record(_ name: String) async throws -> String? {
        do {
            return ConsolePath.finding(try await operations.findings.finding(name).record.id)
        } catch is FindingRefusal {
            // It names no finding: it may name a delivery.
        }
        guard name.utf8.count >= ConsoleRoutes.shortestPart else { return nil }
        do {
            return ConsolePath.delivery(try await operations.deliveries.delivery(name).notification.id)
        } catch is DeliveryRefusal {
            return nil
        }
    }

    /// The findings of the one account that has this id or name.
    private func account(_ name: String, _ book: AccountBook) -> String? {
        let isID = name.utf8.count == 12 && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let named = book.names.filter { $0.value.lowercased() == name.lowercased() }.keys
        if isID || book.known.contains(name) { return ConsolePath.findings("account:\(ConsolePath.quoted(name))") }
        return named.count == 1 ? named.first.map { ConsolePath.findings("account:\($0)") } : nil
    }

    private func hits(_ text: String, _ document: RouteDocument?, _ book: AccountBook) async throws -> GoPage {
        let part = text.lowercased()
        let filter = RuleFilter.read(text).filter
        let rules = (document?.rules ?? []).lazy.filter { rule in
            filter.isEmpty == false && filter.accepts(rule, nil, claims: [], groups: document?.accounts ?? [:])
        }
        let accounts = book.known.filter { id in
            id.contains(part) || book.name(of: id)?.lowercased().contains(part) == true
                || book.groups.names(of: id).contains { "@\($0.lowercased())".contains(part) }
        }
        var findings: [FindingRecord] = []
        var isCut = false
        do {
            let page = Store.Page(limit: GoPage.most + 1)
            findings = try await operations.findings.list(FindingFilter(text: text), page: page).items
        } catch is QueryTimeout {
            isCut = true
        }
        var learned = book
        learned.learn(from: findings.map(\.finding))
        return GoPage(
            text: text,
            rules: .init(rules),
            destinations: .init(operations.destinations.names.filter { $0.lowercased().contains(part) }),
            accounts: .init(accounts.sorted()),
            findings: .init(findings),
            isCut: isCut,
            book: learned,
            icons: (document?.destinations ?? []).reduce(into: [:]) { $0[$1.name] = Icon(of: $1.transport.type.word) }
        )
    }
}
