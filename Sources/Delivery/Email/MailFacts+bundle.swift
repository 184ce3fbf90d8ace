import Findings
import Store
import Triage

extension MailFacts {
    /// Several alerts: the counts as rows, and an entry for each.
    init(_ bundle: BundleFacts, _ notification: Notification, destination: String) {
        facts = bundle.facts
        subject = MailFacts.subject(bundle, isMinimal: notification.isMinimal)
        badge = bundle.badge
        isResolved = bundle.isResolved
        title = ShownText.fit(bundle.headline, 1_000)
        introduction = bundle.introduction.map { ShownText.fit($0, 1_000) }
        rows =
            bundle.tallies.map { Row(label: $0.name, values: [ShownText.fit($0.value, 300)]) }
            + [Row(label: "Open longest", values: bundle.oldest.map { [MailFacts.line($0)] } ?? [])]
            .filter { $0.values.isEmpty == false }
        entries = bundle.items.map { item in
            Entry(
                badge: item.severityWords,
                severity: item.severity,
                isResolved: item.isResolved,
                title: ShownText.fit(item.title, 160),
                place: item.place(resource: 100),
                link: ShownLink(item.url, limit: 500),
                page: item.page
            )
        }
        unlisted = BundleFacts.unlisted(bundle.total - bundle.items.count)
        sections = []
        links = []
        footer = MailFacts.footer(bundle.facts, notification, destination)
    }

    private static func line(_ item: BundleFacts.Item) -> String {
        "\(item.severityWords): \(ShownText.fit(item.title, 300)) (\(item.place(resource: 0)))"
    }
}
