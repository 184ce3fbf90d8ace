import Findings
import FoundationEssentials

extension Feed {
    /// A GuardDuty finding that goes on for a while.
    struct Threat {
        var account: Int
        var region: Int
        var severity: Double
        var first: Int
        var end: Int
        /// Whether somebody archives it at the end; otherwise it is just heard of no more.
        var isArchived: Bool
        var count = 0
    }

    /// About one a week in each account; one in a hundred is an attack sequence.
    mutating func planThreats(of account: Int) {
        for _ in 0..<size.days where numbers.chance(1_430) {
            let first = numbers.number(0..<size.minutes)
            let severity = [2.0, 2, 2, 2, 2, 5, 5, 5, 8, 8][numbers.number(0..<10)]
            threats.append(
                Threat(
                    account: account,
                    region: numbers.number(0..<FeedSize.regions.count),
                    severity: numbers.chance(100) ? 9.5 : severity,
                    first: first,
                    end: first + numbers.number(1_440..<5_760),
                    isArchived: numbers.chance(5_000)
                )
            )
            threatCalendar[first].append(threats.count - 1)
        }
    }

    /// From the member and from the administrator's account; again in 6 hours.
    mutating func sendThreat(_ number: Int, at minute: Int) -> [Emission] {
        threats[number].count += 1
        if threats[number].severity == 5, numbers.chance(100) { threats[number].severity = 8 }
        let threat = threats[number]
        let isOver = minute >= threat.end
        if isOver == false {
            let next = min(minute + 360, threat.end)
            if next < size.minutes, next < threat.end || threat.isArchived { threatCalendar[next].append(number) }
        }
        let finding = finding(threat, number, isOver: isOver, at: minute)
        return (0..<2).map { copy in
            sent += 1
            return Emission(
                problem: -1 - number,
                member: 0,
                observation: Observation(finding: finding, event: guardDutyEvent),
                redeliveryKey: "eventbridge:\(Feed.uuid(sent, 8 - copy))"
            )
        }
    }

    private func finding(_ threat: Threat, _ number: Int, isOver: Bool, at minute: Int) -> Finding {
        let region = FeedSize.regions[threat.region]
        let account = Feed.account(threat.account)
        let id = "\(String(number, radix: 16))cc9f1a2b7d84e5f9a0b1c2d3e4f5a6b"
        let arn = "arn:aws:guardduty:\(region):\(account):detector/12abc34d567e8fa901bc2d34e56789f0/finding/\(id)"
        let instance = "i-0a1b2c3d4e5f\(number)"
        let seen = start.addingTimeInterval(Double(minute) * 60)
        return Finding(
            key: FindingKey(arn),
            source: "aws.guardduty",
            kind: .guardDuty,
            id: id,
            title: "The EC2 instance \(instance) is querying a domain name that is associated with Bitcoin activity.",
            description: "The EC2 instance \(instance) is querying the domain name pool.example.com.",
            severity: threat.severity >= 9
                ? .critical : threat.severity >= 7 ? .high : threat.severity >= 4 ? .medium : .low,
            account: account,
            region: region,
            status: isOver ? .resolved : .active,
            statusText: isOver ? "ARCHIVED" : nil,
            product: "GuardDuty",
            types: ["CryptoCurrency:EC2/BitcoinTool.B!DNS"],
            resources: [Resource(id: instance, type: "Instance", region: region)],
            createdAt: start.addingTimeInterval(Double(threat.first) * 60),
            updatedAt: seen,
            firstSeenAt: start.addingTimeInterval(Double(threat.first) * 60),
            lastSeenAt: seen,
            count: threat.count
        )
    }
}
