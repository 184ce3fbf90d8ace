import Findings
package import FoundationEssentials
package import Routing

extension WrittenCondition {
    /// The condition of a JSON text; account groups of any name are taken.
    package static func example(_ json: String = #"{"account": "111122223333"}"#) throws -> WrittenCondition {
        try WrittenCondition.read(JSONDocument.parse(json), groups: nil).condition
    }
}

extension SilenceDraft {
    /// A draft for tests: whatever is not given is plausible and always the same.
    package static func example(
        when json: String = #"{"account": "111122223333"}"#,
        owner: String = "Ana",
        reason: String = "being moved",
        destinations: [String]? = nil,
        startsAt: Date? = nil,
        endsAt: Date,
        breaksOnRaise: Bool = true
    ) throws -> SilenceDraft {
        SilenceDraft(
            when: try .example(json),
            owner: owner,
            reason: reason,
            destinations: destinations,
            startsAt: startsAt,
            endsAt: endsAt,
            breaksOnRaise: breaksOnRaise
        )
    }
}
