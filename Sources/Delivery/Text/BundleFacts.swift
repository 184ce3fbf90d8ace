import Findings
import FoundationEssentials
import Routing
import Store
import Triage

/// What a message about several alerts says, in cleaned and unescaped words; each channel escapes and cuts them for itself.
struct BundleFacts: Sendable, Hashable {
    /// Of the most severe alert, and what every message says: notes, rule.
    let facts: MessageFacts
    let occasion: Notification.Bundle.Occasion
    let total: Int
    /// What it is in one line: `12 alerts: 2 CRITICAL, 10 HIGH · account 111122223333`.
    let headline: String
    /// Why it comes and what it covers, a sentence each.
    let introduction: [String]
    /// Counts by severity, change, account, product and control; none is empty.
    let tallies: [MessageFacts.Field]
    /// Most severe first, at least one.
    let items: [Item]
    /// Of a digest.
    let oldest: Item?
    let isResolved: Bool
    /// Whether it calls for somebody: not a summary by the calendar, the end of a storm, or what is over.
    let isCall: Bool

    /// One alert of the bundle.
    struct Item: Sendable, Hashable {
        var severityWords: String
        var title: String
        var account: String
        var region: String
        /// Empty when there is none.
        var resource: String
        /// `open since 09:14 UTC`.
        var age: String
        var count: Int
        var url: String?
        /// Where it says who was told, and why; `nil` without a public address.
        var page: ShownLink?
        var severity: Severity
        var isResolved: Bool
    }

    /// - Parameters:
    ///   - bundle: The bundle of the notification.
    ///   - notification: What to say.
    ///   - now: For ages.
    ///   - console: Where people reach the console, if that is known.
    init(_ bundle: Notification.Bundle, of notification: Notification, now: Date, console: PublicAddress? = nil) {
        let facts = MessageFacts(notification, now: now, console: console)
        self.facts = facts
        isResolved = bundle.isResolved
        occasion = bundle.occasion
        total = max(bundle.total, bundle.items.count, 1)
        headline = BundleFacts.headline(bundle, total: total)
        introduction = BundleFacts.introduction(bundle, total: total, now: now)
        tallies = BundleFacts.tallies(bundle.counts)
        let items = bundle.items.map { Item($0, now: now, console: console) }
        self.items = items.isEmpty ? [Item(facts, url: notification.content.finding.url)] : items
        oldest = bundle.oldestOpen.map { Item($0, now: now, console: console) }
        isCall = isResolved == false && bundle.occasion != .digest && bundle.occasion != .stormEnded
    }

    /// `CRITICAL`, of the most severe alert, or `RESOLVED · CRITICAL` when all of it is over.
    var badge: String { MessageFacts.words(isResolved ? .resolved : .opened, facts.severity) }

    /// The colour of the bar beside the message, `#rrggbb`.
    var colour: String { MessageFacts.colour(facts.severity, isResolved: isResolved) }

    /// The headline with the most severe alert, in one line: what fits where nothing else does.
    ///
    /// - Parameters:
    ///   - limit: UTF-16 units, 500 or more.
    ///   - fit: Writes a text that is not ours, within so many UTF-16 units.
    /// - Returns: The line as it is to be written.
    func summary(_ limit: Int, fit: (String, Int) -> String = { ShownText.fit($0, $1) }) -> String {
        let head = fit(headline, 160)
        guard let first = items.first else { return head }
        let place =
            " (\(fit(first.account, 90)), "
            + "\(fit(first.region, 30)))"
        let start = "\(head): [\(first.severityWords)] "
        let others = total > 1 ? " and \(ShownText.grouped(total - 1)) more" : ""
        let room = limit - start.utf16.count - place.utf16.count - others.utf16.count
        return start + fit(first.title, room) + place + others
    }

    /// All items in the fullest form in which they fit. When they fit in none, as many as do, each in the first of the forms
    /// that does; the first item always stands, in its last form if need be.
    ///
    /// - Parameters:
    ///   - budget: UTF-16 units for all of them.
    ///   - forms: The ways to write an item, fullest first.
    ///   - size: UTF-16 units of a written item.
    /// - Returns: The written items, at least one, and how many alerts they leave out.
    func listing<Written>(_ budget: Int, forms: [(Item) -> Written], size: (Written) -> Int) -> (
        items: [Written], left: Int
    ) {
        for form in forms {
            var all: [Written] = []
            var used = 0
            for item in items {
                let text = form(item)
                used += size(text)
                if used > budget { break }
                all.append(text)
            }
            if all.count == items.count { return (all, total - all.count) }
        }
        var written: [Written] = []
        var used = 0
        for item in items {
            var fitting: Written?
            for (index, form) in forms.enumerated() {
                let text = form(item)
                let mustStand = written.isEmpty && index == forms.count - 1
                guard used + size(text) <= budget || mustStand else { continue }
                fitting = text
                break
            }
            guard let fitting else { break }
            written.append(fitting)
            used += size(fitting)
        }
        return (written, total - written.count)
    }

    /// What stands below the items; empty when all of them are listed.
    static func unlisted(_ count: Int) -> String {
        guard count > 0 else { return "" }
        let alerts = count == 1 ? "1 more alert is" : "\(ShownText.grouped(count)) more alerts are"
        return "… \(alerts) not listed here; \"noroshi findings list\" shows every finding."
    }
}

extension BundleFacts.Item {
    init(_ item: Notification.Bundle.Item, now: Date, console: PublicAddress?) {
        func line(_ text: String) -> String { ShownText.clean(text, isSingleLine: true) }
        let title = line(item.title)
        severityWords = MessageFacts.words(item.transition, item.severity)
        self.title = title.isEmpty ? "Finding without a title" : title
        account = MessageFacts.account(item.account, name: item.accountName)
        region = item.region.map(line) ?? "unknown"
        resource = item.resource.map(line) ?? ""
        let opened = MessageFacts.clock(item.openedAt, besides: now)
        age =
            switch item.transition {
            case .resolved: "opened \(opened)"
            case .reminder: "still open since \(opened) (\(MessageFacts.span(now.timeIntervalSince(item.openedAt))))"
            default: "open since \(opened)"
            }
        count = item.count
        url = item.url
        page = console?.finding(item.findingID)
        severity = item.severity
        isResolved = item.transition == .resolved
    }

    /// The finding of the notification, for a bundle that lists nothing.
    fileprivate init(_ facts: MessageFacts, url: String?) {
        severityWords = facts.severityWords
        title = facts.title
        account = facts.account
        region = facts.region
        resource = ""
        age = facts.life
        count = 1
        self.url = url
        page = facts.page
        severity = facts.severity
        isResolved = facts.transition == .resolved
    }

    /// Where and since when: account, Region, resource, age, count; each written and cut for itself, the resource to `limit`
    /// UTF-16 units, of which 0 leaves it out.
    func place(resource limit: Int, fit: (String, Int) -> String = { ShownText.fit($0, $1) }) -> String {
        var parts = [fit(account, 90), fit(region, 30)]
        if limit > 0, resource.isEmpty == false { parts.append(fit(resource, limit)) }
        if age.isEmpty == false { parts.append(age) }
        if count > 1 { parts.append("seen \(MessageFacts.times(count))") }
        return parts.joined(separator: " · ")
    }
}

extension Notification.Bundle {
    /// Whether all that it speaks of is over.
    fileprivate var isResolved: Bool {
        counts.transitions.isEmpty
            ? items.isEmpty == false && items.allSatisfy { $0.transition == .resolved }
            : counts.transitions.allSatisfy { $0.name == Transition.resolved.rawValue }
    }
}
