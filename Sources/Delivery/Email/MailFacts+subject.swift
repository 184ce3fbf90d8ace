/// What the subject of a mail says.
extension MailFacts {
    /// `[HIGH] title (account, Region)`: severity and transition stand first, for what is cut is cut at the end.
    static func subject(_ facts: MessageFacts) -> String { facts.summary(320) }

    /// `[HIGH] 12 findings …`, the headline of several; the shortest form says what else it says as well.
    static func subject(_ bundle: BundleFacts, isMinimal: Bool) -> String {
        isMinimal ? bundle.summary(600) : "[\(bundle.badge)] \(ShownText.fit(bundle.headline, 300))"
    }
}
