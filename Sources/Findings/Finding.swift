package import FoundationEssentials

/// One normalised observation of one problem.
///
/// What the source does not give is `nil` or empty; nothing is invented. Texts are as received, unescaped and unbounded:
/// whoever shows them escapes and truncates for the place where they are shown.
package struct Finding: Sendable, Hashable, Codable {
    /// Which problem this is an observation of.
    package var key: FindingKey
    /// The event source in EventBridge's words (`aws.securityhub`), also for inputs that came without an envelope.
    package var source: String
    package var kind: FindingKind
    /// The source's own id of the finding, often an ARN.
    package var id: String
    package var title: String
    package var description: String
    package var severity: Severity
    /// The account that has the problem, not the one that emitted the event; digits as received.
    package var account: String?
    package var accountName: String?
    /// The Region that has the problem: a code such as `us-east-1`, or `global`.
    package var region: String?
    package var status: FindingStatus
    /// The source's own words for the status, e.g. `NEW` or `ARCHIVED`; several are joined by `/`.
    package var statusText: String?
    package var product: String
    /// ASFF types `namespace/category/classifier`, or the one type of a native finding.
    package var types: [String]
    /// Control ids such as `S3.8` or `CIS.1.14`.
    package var controls: [String]
    /// Standards such as `aws-foundational-security-best-practices/v/1.0.0`.
    package var standards: [String]
    package var tags: [Tag]
    package var resources: [Resource]
    package var createdAt: Date?
    package var updatedAt: Date?
    package var firstSeenAt: Date?
    package var lastSeenAt: Date?
    /// When what the event tells of happened, where that is one moment: an API call, a change of a state or a verdict.
    package var occurredAt: Date?
    /// When it begins and ends by plan, for what is announced beforehand; or began and ended, where the source says both.
    package var startsAt: Date?
    package var endsAt: Date?
    /// The console page of the finding.
    package var url: String?
    package var remediation: Remediation?
    /// How often the source says it has seen the problem.
    package var count: Int?
    /// Who did it: an ARN where the source gives one, or else a name.
    package var actor: String?
    /// Where it was done from: an address, or a name such as `cloudformation.amazonaws.com`.
    package var sourceAddress: String?
    /// The log in which the record stood, for one that came out of CloudWatch Logs.
    package var log: LogOrigin?
    /// Of a message that came in several parts.
    package var pages: Pages?

    package init(
        key: FindingKey,
        source: String,
        kind: FindingKind,
        id: String,
        title: String,
        description: String = "",
        severity: Severity = .unknown,
        account: String? = nil,
        accountName: String? = nil,
        region: String? = nil,
        status: FindingStatus = .active,
        statusText: String? = nil,
        product: String,
        types: [String] = [],
        controls: [String] = [],
        standards: [String] = [],
        tags: [Tag] = [],
        resources: [Resource] = [],
        createdAt: Date? = nil,
        updatedAt: Date? = nil,
        firstSeenAt: Date? = nil,
        lastSeenAt: Date? = nil,
        occurredAt: Date? = nil,
        startsAt: Date? = nil,
        endsAt: Date? = nil,
        url: String? = nil,
        remediation: Remediation? = nil,
        count: Int? = nil,
        actor: String? = nil,
        sourceAddress: String? = nil,
        log: LogOrigin? = nil,
        pages: Pages? = nil
    ) {
        self.key = key
        self.source = source
        self.kind = kind
        self.id = id
        self.title = title
        self.description = description
        self.severity = severity
        self.account = account
        self.accountName = accountName
        self.region = region
        self.status = status
        self.statusText = statusText
        self.product = product
        self.types = types
        self.controls = controls
        self.standards = standards
        self.tags = tags
        self.resources = resources
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.firstSeenAt = firstSeenAt
        self.lastSeenAt = lastSeenAt
        self.occurredAt = occurredAt
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.url = url
        self.remediation = remediation
        self.count = count
        self.actor = actor
        self.sourceAddress = sourceAddress
        self.log = log
        self.pages = pages
    }
}

/// The identity of a problem over its life and over every feed that reports it.
///
/// The provider's own ARN or uid wherever that is unique by its own form, so that one GuardDuty finding arriving natively,
/// as ASFF and as OCSF, from member and administrator account, has one key; else product, account and id together.
package struct FindingKey: Sendable, Hashable, Codable, CustomStringConvertible {
    package let rawValue: String
    /// What version 0.1.0 called the same finding, where that differs: a data directory of that version still has it under
    /// this name. No part of the identity, and never stored.
    package let former: String?

    package init(_ rawValue: String, former: String? = nil) {
        self.rawValue = rawValue
        self.former = former == rawValue ? nil : former
    }

    package var description: String { rawValue }

    package static func == (one: FindingKey, other: FindingKey) -> Bool { one.rawValue == other.rawValue }

    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// Which format a finding was read from. The raw value is what users see and match.
package enum FindingKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// ASFF: Security Hub CSPM events, custom actions, batches and bare findings.
    case securityHub = "securityhub"
    /// OCSF: Security Hub V2 events and bare OCSF findings.
    case ocsf
    case securityHubInsight = "securityhub.insight"
    case guardDuty = "guardduty"
    case inspector
    case macie
    case accessAnalyzer = "accessanalyzer"
    case config
    case health
    case cloudWatchAlarm = "cloudwatch.alarm"
    case trustedAdvisor = "trustedadvisor"
    case cloudTrail = "cloudtrail"
    /// Plain text, e.g. an SNS message of AWS Budgets.
    case text
    /// A well-formed event of a kind that has no decoder of its own.
    case event
}

/// Where a finding stands in its life, as far as alerting is concerned.
package enum FindingStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// The problem stands.
    case active = "ACTIVE"
    /// The problem stands and somebody upstream knows: ASFF workflow `NOTIFIED` or `SUPPRESSED`, OCSF in progress or suppressed;
    /// or nothing is known to be wrong and a person has to look: Prowler's `MANUAL`.
    case acknowledged = "ACKNOWLEDGED"
    /// The problem is gone: resolved, archived, passed, compliant, closed, `OK` or deleted.
    case resolved = "RESOLVED"
}

/// Something a finding is about.
package struct Resource: Sendable, Hashable, Codable {
    /// An ARN, an id or a name, as the source gives it.
    package var id: String
    /// The source's word for the type, e.g. `AwsS3Bucket`.
    package var type: String?
    package var region: String?

    package init(id: String, type: String? = nil, region: String? = nil) {
        self.id = id
        self.type = type
        self.region = region
    }
}

/// A tag of a resource.
package struct Tag: Sendable, Hashable, Codable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// What the source says can be done.
package struct Remediation: Sendable, Hashable, Codable {
    package var text: String?
    package var url: String?

    package init(text: String? = nil, url: String? = nil) {
        self.text = text
        self.url = url
    }
}
