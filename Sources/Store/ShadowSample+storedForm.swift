package import Findings
package import FoundationEssentials
import Routing
package import Triage

extension ShadowSample {
    /// As it rests in a column.
    package var storedForm: JSONValue {
        func list(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        return .compact([
            "finding": .string(findingID),
            "title": .string(title),
            "severity": .string(severity.label),
            "account": account.map { .string($0) },
            "accountName": accountName.map { .string($0) },
            "class": .string(kind.rawValue),
            "lost": list(lost),
            "gained": list(gained),
            "changed": list(changed),
            "before": list(matchedBefore),
            "after": list(matchedAfter),
        ])
    }

    /// `nil` for what a later version wrote.
    package init?(storedForm json: JSON, at receivedAt: Date) {
        guard let finding = json["finding"]?.string, let kind = json["class"]?.string.flatMap(ReplayClass.init) else {
            return nil
        }
        func names(_ member: String) -> [String] { json[member]?.elements.compactMap(\.string) ?? [] }
        self.init(
            findingID: finding,
            title: json["title"]?.string ?? "",
            severity: Severity.allCases.first { $0.label == json["severity"]?.string } ?? .unknown,
            account: json["account"]?.string,
            accountName: json["accountName"]?.string,
            receivedAt: receivedAt,
            kind: kind,
            lost: names("lost"),
            gained: names("gained"),
            changed: names("changed"),
            matchedBefore: names("before"),
            matchedAfter: names("after")
        )
    }
}
